//! The AppSync dialect: documents, bodies, errors and realtime frames.
