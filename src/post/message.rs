//! A record's content, taken out of its envelope once for every platform that may know it.

use super::json::{Json, Object, Record};

/// One feed record, opened.
#[derive(Clone, Debug)]
pub(super) struct Message<'a> {
    /// The record's own members; none when it is an array.
    pub(super) record: Object<'a>,
    place: Place,
    /// What lies in `data` or in the array; empty when the record is itself the content.
    held: Vec<Object<'a>>,
}

/// Where a record's content lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The record is itself the post or the message.
    Bare,
    /// The record is an array of them.
    List,
    /// In `data`, which is one object.
    Data,
    /// In `data`, which is an array.
    DataList,
}

impl<'a> Message<'a> {
    /// Takes a record out of its envelope; `None` when it is neither an object nor an array of
    /// objects.
    pub(super) fn of(record: Record<'a>) -> Option<Self> {
        match record {
            Record::Blank => None,
            Record::Object(record) => {
                let (place, held) = match record.get("data") {
                    Some(data) if data.is_object() => (Place::Data, vec![data.object()?]),
                    Some(data) => match objects(data) {
                        Some(items) => (Place::DataList, items),
                        None => (Place::Bare, Vec::new()),
                    },
                    None => (Place::Bare, Vec::new()),
                };
                Some(Self { record, place, held })
            }
            Record::Other(value) => {
                let held = objects(value)?;
                Some(Self { record: Object::default(), place: Place::List, held })
            }
        }
    }

    /// Where its content lies.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// What may be posts: the record itself, or what lies in its `data` or array.
    pub(super) fn items(&self) -> &[Object<'a>] {
        match self.place {
            Place::Bare => std::slice::from_ref(&self.record),
            Place::List | Place::Data | Place::DataList => &self.held,
        }
    }
}

/// The objects of an array, which is empty or holds at least one.
pub(super) fn objects(value: Json<'_>) -> Option<Vec<Object<'_>>> {
    let objects = value.objects()?;
    (!objects.is_empty() || value.list()?.is_empty()).then_some(objects)
}
