//! Entities of HTML and XML.

use quick_xml::escape::resolve_html5_entity;
use std::borrow::Cow;

/// The most letters of a name; the longest name of HTML has 31.
const LONGEST_NAME: usize = 32;

/// Returns the text of an entity, by its name between `&` and `;`: one of HTML's, or the number of a printable character.
///
/// ```
/// use starcite_core::normal::entity;
/// assert_eq!(entity("eacute").as_deref(), Some("é"));
/// assert_eq!(entity("#x3b1").as_deref(), Some("α"));
/// assert_eq!(entity("unheard"), None);
/// ```
pub fn entity(name: &str) -> Option<Cow<'static, str>> {
    if let Some(text) = resolve_html5_entity(name) {
        return Some(Cow::Borrowed(text));
    }
    let digits = name.strip_prefix('#')?;
    let code = digits.strip_prefix(['x', 'X']).map_or_else(|| digits.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
    let character = char::from_u32(code).filter(|c| c.is_whitespace() || !c.is_control())?;
    Some(Cow::Owned(character.to_string()))
}

/// Decodes the entity at the start of a text: returns its length and its text.
pub(super) fn at(text: &str) -> Option<(usize, Cow<'static, str>)> {
    let end = text.bytes().take(LONGEST_NAME + 2).position(|byte| byte == b';')?;
    Some((end + 1, entity(text.get(1..end)?)?))
}
