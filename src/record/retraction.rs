//! A retraction: a post that is no longer there. It is written to every partition, because no one
//! knows which campaigns have counted it.

use serde::{Deserialize, Serialize};

use crate::post::Platform;
use crate::post::id::PostId;
use crate::time::Timestamp;

/// A post was deleted, withheld or dropped by its platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retraction {
    /// Schema version.
    pub v: u32,
    /// Where the post was made.
    pub platform: Platform,
    /// The id of any of its versions.
    pub id: PostId,
    /// When it was retracted, as the platform says; told, never compared.
    #[serde(rename = "time_ms")]
    pub time: Timestamp,
}
