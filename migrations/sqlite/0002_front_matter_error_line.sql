-- The line of the document, 1-based, on which its front matter stops being valid YAML or TOML; null if it is, or
-- there is none.
ALTER TABLE document ADD COLUMN front_matter_error_line INTEGER;

CREATE INDEX document_front_matter_error ON document (source_id, path) WHERE front_matter_error_line IS NOT NULL;
