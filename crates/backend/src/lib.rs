//! The storage boundary of the sync server: the trait, its contract suite and a memory backend.
