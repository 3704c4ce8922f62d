//! Every measure of one title, read off the fold: windows give sums, [`virality`](crate::virality)
//! gives formulas, and what is undefined is `None`.
