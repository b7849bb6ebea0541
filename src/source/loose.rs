//! Values of records that people fill in: what has another type than it should counts as absent, and the rest of the record is read.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A text, or a number as it is written; of an object its `id`.
#[derive(Debug, Default)]
pub(super) struct Text<'a>(Option<Cow<'a, str>>);

impl Text<'_> {
    /// The text without the blanks around it; `None` where nothing is left.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The same, as a text of its own.
    pub(super) fn owned(&self) -> Option<String> {
        self.get().map(str::to_owned)
    }
}

/// An object; anything else is absent.
#[derive(Debug)]
pub(super) struct Maybe<T>(pub(super) Option<T>);

/// A list of objects, or a single one; what is no object is left out.
#[derive(Debug)]
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct TextVisitor;
struct MaybeVisitor<T>(PhantomData<T>);
struct ListVisitor<T>(PhantomData<T>);

/// What is absent whatever it is.
macro_rules! ignored {
    ($($visit:ident($type:ty)),*) => {
        $(fn $visit<E>(self, _: $type) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        })*

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("any value")
        }
    };
}

fn skip<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;
    ignored!(visit_bool(bool));

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Some(text.into())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Some(text.to_owned().into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Text(Some(number.to_string().into())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Text(Some(number.to_string().into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Text(Some(number.to_string().into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        skip(list).map(|()| Text::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut id = Text::default();
        while let Some(Text(key)) = object.next_key()? {
            if key.as_deref() == Some("id") {
                id = object.next_value()?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(id)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for MaybeVisitor<T> {
    type Value = Maybe<T>;
    ignored!(visit_bool(bool), visit_u64(u64), visit_i64(i64), visit_f64(f64), visit_str(&str));

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        skip(list).map(|()| Maybe::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(|found| Maybe(Some(found)))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;
    ignored!(visit_bool(bool), visit_u64(u64), visit_i64(i64), visit_f64(f64), visit_str(&str));

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(Maybe(one)) = list.next_element()? {
            found.extend(one);
        }
        Ok(List(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(|one| List(vec![one]))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MaybeVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Record<'a> {
        #[serde(borrow, default)]
        text: Text<'a>,
        #[serde(borrow, default)]
        list: List<Inner<'a>>,
        #[serde(borrow, default)]
        maybe: Maybe<Inner<'a>>,
    }

    #[derive(Deserialize)]
    struct Inner<'a> {
        #[serde(borrow, default)]
        a: Text<'a>,
    }

    /// The text, the `a` of each in the list, and that of the object.
    fn read(json: &str) -> (Option<String>, Vec<Option<String>>, Option<String>) {
        let mut bytes = json.as_bytes().to_vec();
        let record: Record<'_> = simd_json::serde::from_slice(&mut bytes).unwrap();
        (record.text.owned(), record.list.0.iter().map(|inner| inner.a.owned()).collect(), record.maybe.0.and_then(|inner| inner.a.owned()))
    }

    #[test]
    fn texts_may_be_numbers_or_objects_with_an_id() {
        for (value, text) in [("\" x\\n\"", Some("x")), ("7", Some("7")), ("-1.5", Some("-1.5")), ("{\"t\": [1], \"id\": \"MIT\"}", Some("MIT"))] {
            assert_eq!(read(&format!("{{\"text\": {value}}}")).0.as_deref(), text, "{value}");
        }
        for value in ["null", "true", "[\"x\"]", "{}", "\" \"", "{\"id\": [1]}"] {
            assert_eq!(read(&format!("{{\"text\": {value}}}")).0, None, "{value}");
        }
    }

    #[test]
    fn what_is_no_object_is_left_out_of_lists_and_counts_as_absent() {
        let found = |list: &str| read(&format!("{{\"list\": {list}, \"text\": \"after\"}}"));
        let (text, list, _) = found(r#"[{"a": 1}, null, "x", [[{"a": 2}]], {"b": {}}]"#);
        assert_eq!((text.as_deref(), list), (Some("after"), vec![Some("1".to_owned()), None]));
        assert_eq!(found(r#"{"a": "one"}"#).1, [Some("one".to_owned())]);
        for list in ["null", "\"x\"", "1", "false", "[]"] {
            assert!(found(list).1.is_empty(), "{list}");
        }
        assert_eq!(read(r#"{"maybe": {"a": "x"}}"#).2.as_deref(), Some("x"));
        assert_eq!(read(r#"{"maybe": ["x"]}"#).2, None);
    }
}
