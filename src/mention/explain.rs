//! A post explained: the findings of the very pass that tags it.

use super::Tagger;
use super::hit::Hit;
use super::verdict::{Explanation, Finding, LanguageFinding};
use crate::post::Post;

impl Tagger {
    /// Everything that is seen in a post, and why it counts or does not.
    pub fn explain(&mut self, post: &Post<'_>) -> Explanation {
        self.find(post, true);
        let findings = self.buffers.hits.iter().filter_map(|hit| self.finding(hit));
        let findings = findings.collect();
        let languages = self.campaigns.iter().enumerate().map(|(place, target)| {
            let sample = self.language_sample(&post.text, place);
            let hint = post.language_hint.as_deref();
            let (language, source) = target.languages.tell(&sample, hint);
            let scores = target.languages.scores(&sample);
            let campaign = target.campaign.id.clone();
            LanguageFinding { campaign, sample, language, source, scores }
        });
        let languages = languages.collect();
        let skeleton = String::from_utf8_lossy(self.buffers.text.bytes()).into_owned();
        Explanation { skeleton, findings, languages }
    }

    fn finding(&self, hit: &Hit) -> Option<Finding> {
        let word = self.matcher.words().get(hit.word)?;
        let campaign = word.campaign.and_then(|place| self.campaigns.get(place));
        let campaign = campaign.map(|target| &target.campaign);
        let title = campaign.and_then(|campaign| campaign.titles.get(word.title?));
        Some(Finding {
            campaign: campaign.map(|campaign| campaign.id.clone()),
            title: title.map(|title| title.id.clone()),
            written: word.alias.text.as_str().into(),
            role: word.role.clone(),
            is_name: title.is_some_and(|title| word.stands_for(title)),
            tier: word.tier,
            via: hit.via(),
            span: hit.span,
            verdict: hit.verdict.clone(),
        })
    }
}
