/** What a run of `index` gives a store and gets from it, in the order in which it does. */
import type { Source } from '../model/source.ts';
import type {
  Chunk,
  ChunkOptions,
  DocumentFormat,
  EmbedderIdentity,
  JsonObject,
} from '../model/types.ts';
import type { DocumentPlace, StoredSource, VectorSpace } from './reading-types.ts';

/** What a corpus knows of a file: enough to tell whether it must be read again. */
export interface ManifestEntry {
  readonly id: number;
  readonly path: string;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  /** When it was read, in nanoseconds since 1970. */
  readonly observedAtNs: bigint;
  readonly chunker: string;
}

/** How a file was found and read. */
export type Observation = Pick<ManifestEntry, 'size' | 'mtimeNs' | 'observedAtNs'>;

/** What makes two files the same document. */
export interface ContentKey {
  /** SHA-256 of the bytes. */
  readonly contentHash: Uint8Array;
  readonly chunker: string;
  readonly format: DocumentFormat;
}

/** A text to embed: context and text of a chunk, without the model's prompt. */
export interface EmbeddingInput {
  /** SHA-256 of the text in UTF-8, which identifies its vector. */
  readonly inputHash: Uint8Array;
  readonly text: string;
}

/** An input and its vector. */
export interface InputVector extends EmbeddingInput {
  /** Unit length. */
  readonly vector: Float32Array;
}

/** A chunk with the hash of its embedding input. */
export interface HashedChunk extends Chunk {
  /** SHA-256 of `context + text`. */
  readonly inputHash: Uint8Array;
}

/** A document as it is stored. */
export interface NewDocument extends Observation, ContentKey {
  readonly sourceId: number;
  readonly path: string;
  readonly title: string | null;
  readonly frontMatter: JsonObject | null;
  /** Where it stops being valid, 1-based; null if it is, or there is none. */
  readonly frontMatterErrorLine: number | null;
  readonly encoding: string;
  readonly chunks: readonly HashedChunk[];
}

/** How a run begins. */
export interface RunStart {
  /** The space that vectors go to: the one of this fingerprint, or a new one. Active if none is. */
  readonly identity: EmbedderIdentity;
  readonly fingerprint: string;
  /**
   * The model's file has changed and its vectors have not: this space goes by the new identity. `prune`
   * deletes its vectors that no passage uses, where none was there to compare: nobody knows whose they are.
   */
  readonly adopt: { readonly spaceId: number; readonly prune: boolean } | null;
  /** Asked for, to be remembered. */
  readonly chunking: ChunkOptions;
  /** Added, or their rules replaced. */
  readonly sources: readonly Source[];
  /** Paths that the user named: confirmed on this machine from now on. */
  readonly named: readonly string[];
}

/** A run that has begun. */
export interface RunState {
  readonly space: VectorSpace;
  /** In the order given; `unfinished` as it was before. */
  readonly sources: readonly StoredSource[];
  /** About how many vectors are stored. */
  readonly vectors: number;
}

/** Which missing inputs are wanted. */
export interface MissingInputs {
  /** Documents whose chunks do not count, by id. */
  readonly except: readonly number[];
  /** Every chunk, or only those whose input failed before; the latter scans no table. */
  readonly among: 'all' | 'failed';
}

/** What a run came to since the last commit; stored together. */
export interface Changes {
  readonly spaceId: number;
  /** A second one for the same input is ignored. Clears the inputs' failures. */
  readonly vectors?: readonly Omit<InputVector, 'text'>[];
  readonly failures?: readonly InputFailure[];
  /** Added, or put in the place of the one of the same source and path. */
  readonly documents?: readonly NewDocument[];
  /** Files that were read and whose documents stay as they are. */
  readonly touched?: readonly Touched[];
  /** The same documents under other names. */
  readonly moved?: readonly (DocumentPlace & { readonly observation: Observation })[];
}

/** A document that stays as it is, and how its file was found. */
export interface Touched {
  readonly id: number;
  readonly observation: Observation;
  /** Default: the one that it has. */
  readonly chunker?: string | undefined;
}

/** An input that could not be embedded. */
export interface InputFailure {
  readonly inputHash: Uint8Array;
  readonly code: string;
  readonly message: string;
}

/** How a run ends. */
export interface RunEnd {
  readonly spaceId: number;
  /** Documents whose files are gone, by id. */
  readonly remove: readonly number[];
  readonly sources: readonly {
    readonly id: number;
    /** True if only a part of it was seen, and an earlier run over all of it had not ended. */
    readonly unfinished: boolean;
  }[];
  /**
   * Which vectors may have lost their last passage: those of the chunks that this run took out, or any.
   * None are deleted while a run over any source has not ended: it is to find them.
   */
  readonly prune: 'dropped' | 'all';
}

/** How maintenance is followed and stopped. */
export interface MaintainOptions {
  /** Passages whose words were indexed, and how many there are to do. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is taken out. */
export interface Removal {
  /** With all that came from them, by id. */
  readonly sources: readonly number[];
  /** By id. */
  readonly documents: readonly number[];
  /** Sources whose rules change with it. */
  readonly rules: readonly Source[];
}
