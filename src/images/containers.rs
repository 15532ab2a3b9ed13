//! The containers of an object, wherever pods are described in it: workloads, Jobs, and kinds that
//! this program does not know. Only images are looked at.

use serde_json::Value;

use crate::kubernetes::CONTAINER_LISTS;

/// A container, or a volume that is an image (`volumes[].image`, Kubernetes 1.31).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Container<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its image, as written.
    pub image: &'a str,
}

/// All containers of an object that have an image, in its order.
pub fn containers(object: &Value) -> Vec<Container<'_>> {
    let mut found = Vec::new();
    collect(object, &mut found);
    found
}

fn collect<'a>(value: &'a Value, found: &mut Vec<Container<'a>>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                if let Value::Array(elements) = inner {
                    found.extend(elements.iter().filter_map(|element| {
                        let image = element.pointer(image_in(key)?)?.as_str()?;
                        let name = element["name"].as_str().unwrap_or_default();
                        Some(Container { name, image })
                    }));
                }
                collect(inner, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|element| collect(element, found)),
        _ => {}
    }
}

/// Puts another image in the place of every one.
pub(super) fn replace_images(object: &mut Value, replace: &impl Fn(&str) -> String) {
    match object {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if let (Some(pointer), Value::Array(elements)) = (image_in(key), &mut *inner) {
                    for element in elements {
                        if let Some(Value::String(image)) = element.pointer_mut(pointer) {
                            *image = replace(image);
                        }
                    }
                }
                replace_images(inner, replace);
            }
        }
        Value::Array(list) => list
            .iter_mut()
            .for_each(|element| replace_images(element, replace)),
        _ => {}
    }
}

/// Where an element of a list has its image, if elements of that list have one.
fn image_in(list: &str) -> Option<&'static str> {
    match list {
        _ if CONTAINER_LISTS.contains(&list) => Some("/image"),
        "volumes" => Some("/image/reference"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn containers_are_found_in_every_kind() {
        let mut object = json!({"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": {
            "initContainers": [{"name": "a", "image": "x:1"}],
            "containers": [{"name": "b", "image": "y"}, {"name": "no-image"}],
            "volumes": [{"name": "model", "image": {"reference": "z@sha256:0"}}, {"name": "v", "emptyDir": {}}],
        }}}}}});
        let pairs: Vec<(&str, &str)> = containers(&object)
            .iter()
            .map(|container| (container.name, container.image))
            .collect();
        assert_eq!(pairs, [("a", "x:1"), ("b", "y"), ("model", "z@sha256:0")]);
        replace_images(&mut object, &|image| format!("m/{image}"));
        let images: Vec<&str> = containers(&object).iter().map(|c| c.image).collect();
        assert_eq!(images, ["m/x:1", "m/y", "m/z@sha256:0"]);
    }
}
