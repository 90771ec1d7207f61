//! An offline-first DataStore: typed models in a local SQLite file that sync by themselves over the AppSync protocol.
