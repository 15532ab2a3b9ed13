//! What an object that both sides have goes through: the effect of each of its changes, and what is refused.
//! Here the rules of the kinds come together; none of them stands here.

use super::context::Context;
use super::fields::{self, Decision, Field};
use super::notice::Notice;
use super::selections::Selection;
use super::{
    claims, config, jobs, kubectl, pods, references, rollout, selections, services, validation,
    workloads,
};
use crate::diff::object::Object;
use crate::diff::{Change, Effect};
use crate::kubernetes::FieldUpdate;

/// A changed object with what the rules look at.
struct Changed<'c, 'a> {
    old: Object<'c>,
    new: Object<'c>,
    rules: Vec<&'static FieldUpdate>,
    /// The keys of its pod template, if it has one.
    template: Option<&'static [&'static str]>,
    selection: Selection,
    /// What clients of a Service lose.
    losses: services::Losses,
    /// What pods see of a ConfigMap's or Secret's changes.
    data: config::Effects<'c>,
    context: &'c Context<'a>,
}

/// Fills in the effects of the changes, and tells what an operator should know.
pub(in crate::diff) fn judge<'c>(
    old: Object<'c>,
    new: Object<'c>,
    changes: &mut [Change],
    context: &'c Context<'_>,
) -> Vec<Notice> {
    let known = context.selections.get(&[new.namespace, new.name]);
    let selection = known.copied().filter(|_| new.is("", "Service"));
    let selection = selection.unwrap_or(Selection::Same);
    let object = Changed {
        rules: fields::rules(&new, context.minor()),
        template: new.pod().map(|(keys, _)| keys),
        losses: services::Losses::of(&old, &new, selection),
        selection,
        data: config::Effects::of(&new, context),
        old,
        new,
        context,
    };
    let has_variables = changes.iter().any(pods::may_change_variables);
    let mut notices = config::left(changes, &new);
    let mut rolls = false;
    for change in changes {
        if fields::is_kept(change, Some(old), &new) {
            set(change, Effect::None);
            notices.push(pods::account(&old, &new));
            continue;
        }
        let fields = fields::of(change);
        rolls |= fields.iter().any(|field| object.is_in_template(field));
        let effects = fields.iter().map(|field| object.field(field, &mut notices));
        let effect = effects.max().unwrap_or_default();
        set(change, effect);
    }
    // An object that is refused stays as it is: nothing rolls out.
    let refused = notices
        .iter()
        .any(|notice| notice.condition.is_none() && notice.effect == Effect::Rejected);
    notices.extend(object.notices(rolls, refused));
    notices.extend(validation::notices(&object.new, Some(&object.old)));
    if has_variables {
        notices.extend(pods::notices(&object.old, &object.new, context));
    }
    if new.is_hook() {
        // Helm deletes a hook and makes it anew; it is kubectl that updates it.
        for notice in notices
            .iter_mut()
            .filter(|notice| notice.effect == Effect::Rejected)
        {
            let condition = "the hook is applied with kubectl; Helm deletes it first";
            notice.condition.get_or_insert_with(|| condition.to_owned());
        }
    }
    notices
}

/// One effect for a change and all that differs inside of its documents.
pub(in crate::diff) fn set(change: &mut Change, effect: Effect) {
    change.effect = effect;
    for inside in &mut change.inside {
        set(inside, effect);
    }
}

impl Changed<'_, '_> {
    fn is_in_template(&self, field: &Field<'_>) -> bool {
        self.template
            .is_some_and(|keys| !keys.is_empty() && field.keys.starts_with(keys))
    }

    /// The effect of a changed field; a refusal goes to the notices.
    fn field(&self, field: &Field<'_>, notices: &mut Vec<Notice>) -> Effect {
        let (mut verdict, row) = fields::answer(field, &self.rules, &self.old, &self.new);
        if self.new.is("", "Service") && row.is_some() {
            verdict = services::answer(field, verdict, &self.old, &self.new);
        }
        if self.new.is("batch", "Job") && row.is_some() {
            verdict = jobs::answer(field, verdict, &self.old, &self.new, self.context.minor());
        }
        if self.shrinks(field)
            || references::is_config(&self.new) && config::is_refused(field, &self.old)
        {
            return self.refused();
        }
        if let Some(row) = row {
            // The field itself, where the row is about all of a spec.
            let shown = row.field.len().max(2).min(field.keys.len());
            let shown = field.keys.get(..shown).unwrap_or(row.field);
            match verdict {
                Decision::Accepted => {}
                Decision::Refused => self.tell(shown, None, notices),
                Decision::RefusedIf(condition) => self.tell(shown, Some(condition), notices),
            }
            if verdict == Decision::Refused {
                return self.refused();
            }
        }
        self.accepted(field, verdict)
    }

    /// Helm deletes a hook and creates it again: what kubectl cannot change in place, Helm can.
    fn refused(&self) -> Effect {
        if self.new.is_hook() {
            Effect::InPlace
        } else {
            Effect::Rejected
        }
    }

    fn accepted(&self, field: &Field<'_>, verdict: Decision) -> Effect {
        let pods = self.new.at(&["spec"]).is_object() && self.template.is_some();
        match (self.new.group, self.new.kind) {
            ("batch", "Job") if jobs::is_suspended(&self.new) => Effect::InPlace,
            ("batch", "Job") if matches!(verdict, Decision::RefusedIf(_)) => Effect::Rerun,
            ("", "Pod") if field.keys.first() == Some(&"spec") && field.keys.contains(&"image") => {
                Effect::Restart
            }
            ("", "Service") => self.losses.effect(field),
            ("", "ConfigMap" | "Secret") => self.data.effect(field),
            _ if self.is_in_template(field) => rollout::of(&self.new).effect,
            _ if pods => workloads::effect(field),
            _ => Effect::InPlace,
        }
    }

    fn shrinks(&self, field: &Field<'_>) -> bool {
        self.new.is("", "PersistentVolumeClaim")
            && field.keys.starts_with(&["spec", "resources", "requests"])
            && claims::shrinks(&self.old, &self.new)
    }

    /// A refusal, once for each field.
    fn tell(&self, shown: &[&str], condition: Option<&str>, notices: &mut Vec<Notice>) {
        let path = shown.join(".");
        let kind = self.new.kind;
        let notice = Notice::new(
            Effect::Rejected,
            &self.new,
            format!("{path} of a {kind} cannot be changed{}", self.advice(shown)),
        );
        let mut notice = notice.about(shown).folded();
        notice.condition = condition.map(str::to_owned);
        let told =
            |known: &Notice| known.path == notice.path && known.condition == notice.condition;
        if !notices.iter().any(told) {
            notice.fix = self.remedy(shown);
            notices.push(notice);
        }
    }

    /// What to do about a refusal, where a command alone does not tell.
    fn advice(&self, shown: &[&str]) -> String {
        match self.new.kind {
            "PersistentVolumeClaim" => claims::advice(&self.old, &self.new, shown),
            "StatefulSet" => claims::advice_on_set(&self.old, &self.new, shown),
            _ => String::new(),
        }
    }

    /// How to get there all the same; for a claim there is no way that keeps its data.
    fn remedy(&self, shown: &[&str]) -> Vec<String> {
        match self.new.kind {
            "PersistentVolumeClaim" => claims::look(&self.old, shown).into_iter().collect(),
            "StatefulSet" => {
                let mut commands = vec![kubectl::on("delete", &self.old, "--cascade=orphan")];
                if shown.contains(&"volumeClaimTemplates") {
                    commands.extend(claims::grow(&self.old, &self.new));
                }
                commands
            }
            _ => vec![kubectl::on("delete", &self.old, "")],
        }
    }

    fn notices(&self, rolls: bool, refused: bool) -> Vec<Notice> {
        let (old, new) = (&self.old, &self.new);
        let mut notices = Vec::new();
        match (new.group, new.kind) {
            ("", "Service") => {
                notices.extend(services::notices(old, new));
                notices.extend(selections::notice(new, self.selection));
            }
            ("", "ConfigMap" | "Secret") => notices.extend(config::notices(old, new, self.context)),
            ("", "PersistentVolumeClaim") => notices.extend(claims::notices(old, new)),
            ("batch", _) | ("", "Pod") => {}
            _ if self.template.is_some() && !refused => {
                if let (true, Some(keys)) = (rolls, &self.template) {
                    notices.extend(rollout::notices(new, keys));
                }
                notices.extend(workloads::notices(old, new, rolls, self.context));
            }
            _ => {}
        }
        notices
    }
}
