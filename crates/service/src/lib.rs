//! What the sync server decides: planning, execution, authorization, conflicts and subscription matching.
