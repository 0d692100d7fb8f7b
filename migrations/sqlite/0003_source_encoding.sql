-- The encoding that was declared for those files of the source that are not recognised with certainty, by its name
-- in the WHATWG standard; null where it is found out.
ALTER TABLE source ADD COLUMN encoding TEXT;
