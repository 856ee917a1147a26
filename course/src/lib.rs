//! What is taught.
