//! Are exercises judged as they should be?
