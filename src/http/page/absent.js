// Why a number is not there, in a sentence.

const WHY = {
  authors: 'No author is known of these posts.',
  authors_1h: 'No author is known of these posts.',
  day_ratio: 'Needs 25 hours of history, and 10 posts in that hour of the day before.',
  rank: 'No posts, or not watched for the whole window yet.',
  rank_before: 'The window before this one is not known.',
  average_ratio: 'Fewer than 20 mentions in the campaign, or not watched for the whole window yet.',
  share_of_voice: 'Fewer than 20 mentions in the campaign, or not watched for the whole window yet.',
  velocity_per_minute: 'Not watched for two of these windows yet.',
  growth_per_hour: 'Fewer than 10 posts in this window and the one before, or not watched for both yet.',
  reproduction: 'Too few posts to tell, or watched for less than 6 hours.',
  copies: 'Fewer than 20 longer posts to compare.',
  top_author: 'Fewer than 10 posts.',
  novelty: 'Needs 7 days of history and 10 authors in the last hour.',
  burst_score: 'Nobody knows yet what is usual: that takes a day.',
  burst_expected_posts: 'Nobody knows yet what is usual: that takes a day.',
  amplification: 'Fewer than 5 originals.',
  platform_entropy_bits: 'No posts.',
  reach: 'No platform says how many followers these authors have.',
  since_premiere: 'Not shown yet, or without a premiere in the campaign file.',
  since_episode_posts: 'No episode has been shown yet.',
  same_phase_ratio: 'Needs an episode before the latest one.',
};

/** Windows that do not tell a measure say so; all others, what is missing. */
export function why(measure, shape) {
  if (shape) {
    const { window } = shape;
    const untold = `Not told over ${window}: choose another window.`;
    if (['growth_per_hour', 'velocity_per_minute'].includes(measure) && !shape.growth) return untold;
    if (['rank', 'rank_before', 'share_of_voice', 'average_ratio'].includes(measure) && !shape.voice) return untold;
    if (['copies', 'amplification', 'top_author'].includes(measure) && !shape.breakdown) return untold;
  }
  return WHY[measure] ?? 'Not known.';
}
