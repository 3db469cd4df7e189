//! The stories, in one binary.
//!
//! | module | what it protects |
//! |---|---|
//! | `simulator` | the edge simulator itself obeys CloudFront's rules: it is what the other stories rely on |

mod simulator;
