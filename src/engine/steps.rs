//! The instructions of a compiled template as constant data: without pointers, which the program would have to relocate
//! whenever it starts, and without values, which cannot be constants. The build script writes them, the engine reads them.

use minijinja::Value;
use minijinja::machinery::{Instruction, Instructions};

/// A range of the template's text, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text(pub(crate) u32, pub(crate) u32);

impl Text {
    /// The place of a part of a text; none for any other text, even an equal one.
    fn of(part: &str, text: &str) -> Option<Self> {
        let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        let end = start + part.len();
        text.get(start..end)?;
        Some(Self(start.try_into().ok()?, end.try_into().ok()?))
    }

    /// The first place of a part in a text.
    fn first(part: &str, text: &str) -> Option<Self> {
        let start = text.find(part)?;
        Some(Self(
            start.try_into().ok()?,
            (start + part.len()).try_into().ok()?,
        ))
    }

    fn part(self, text: &str) -> &str {
        text.get(self.0 as usize..self.1 as usize).unwrap_or("")
    }
}

/// Each kind of instruction that a template can have, by its operands. Left out are those of macros, blocks, includes and
/// captured text, which the embedded templates do not use.
macro_rules! steps {
    (
        $($plain:ident)*;
        $($number:ident($operand:ty))*;
        $($named:ident(Text))*;
        $($called:ident(Text, Option<u16>))*;
        $($applied:ident(Text, Option<u16>, u8))*
    ) => {
        /// One instruction.
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Step {
            /// Loads the literal of this number.
            Literal(usize),
            /// Loads a literal that is a text, and in the template's text too.
            LiteralText(Text),
            $($plain,)*
            $($number($operand),)*
            $($named(Text),)*
            $($called(Text, Option<u16>),)*
            $($applied(Text, Option<u16>, u8),)*
        }

        impl Step {
            /// The step of an instruction of a text; none if there is no such step. Literals are collected.
            fn of(instruction: &Instruction<'_>, text: &str, literals: &mut Vec<Value>) -> Option<Self> {
                Some(match instruction {
                    Instruction::LoadConst(value) => {
                        let found = value.as_str().and_then(|literal| Text::first(literal, text));
                        found.map_or_else(
                            || {
                                literals.push(value.clone());
                                Self::Literal(literals.len() - 1)
                            },
                            Self::LiteralText,
                        )
                    }
                    $(Instruction::$plain => Self::$plain,)*
                    $(Instruction::$number(operand) => Self::$number(*operand),)*
                    $(Instruction::$named(name) => Self::$named(Text::of(name, text)?),)*
                    $(Instruction::$called(name, count) => Self::$called(Text::of(name, text)?, *count),)*
                    $(Instruction::$applied(name, count, id) => {
                        Self::$applied(Text::of(name, text)?, *count, *id)
                    })*
                    _ => return None,
                })
            }

            /// The instruction.
            fn instruction<'t>(self, text: &'t str, literals: &[Value]) -> Instruction<'t> {
                match self {
                    Self::Literal(number) => {
                        Instruction::LoadConst(literals.get(number).cloned().unwrap_or_default())
                    }
                    Self::LiteralText(literal) => {
                        Instruction::LoadConst(Value::from(literal.part(text)))
                    }
                    $(Self::$plain => Instruction::$plain,)*
                    $(Self::$number(operand) => Instruction::$number(operand),)*
                    $(Self::$named(name) => Instruction::$named(name.part(text)),)*
                    $(Self::$called(name, count) => Instruction::$called(name.part(text), count),)*
                    $(Self::$applied(name, count, id) => {
                        Instruction::$applied(name.part(text), count, id)
                    })*
                }
            }
        }
    };
}

steps! {
    GetItem Slice Add Sub Mul Div IntDiv Rem Pow Neg Eq Ne Gt Gte Lt Lte Not StringConcat In Emit PushWith
    PushDidNotIterate PopFrame PopLoopFrame DupTop DiscardTop Swap;
    BuildMap(usize) BuildKwargs(usize) MergeKwargs(usize) BuildList(Option<usize>) BuildTuple(Option<usize>)
    UnpackList(usize) UnpackLists(usize) PushLoop(u8) Iterate(u32) Jump(u32) JumpIfFalse(u32) JumpIfFalseOrPop(u32)
    JumpIfTrueOrPop(u32) CallObject(Option<u16>);
    EmitRaw(Text) StoreLocal(Text) Lookup(Text) GetAttr(Text) SetAttr(Text);
    CallFunction(Text, Option<u16>) CallMethod(Text, Option<u16>);
    ApplyFilter(Text, Option<u16>, u8) PerformTest(Text, Option<u16>, u8)
}

/// The steps of a compiled text, and the literals in it as a JSON list. The error is the instruction that has no step.
pub(crate) fn steps(
    instructions: &Instructions<'_>,
    text: &str,
) -> Result<(Vec<Step>, String), String> {
    let mut literals = Vec::new();
    let steps = (0..)
        .map_while(|number| instructions.get(number))
        .map(|one| Step::of(one, text, &mut literals).ok_or_else(|| format!("{one:?}")))
        .collect::<Result<_, _>>()?;
    let literals = serde_json::to_string(&literals).map_err(|error| error.to_string())?;
    Ok((steps, literals))
}

/// The instructions again, without their places in the text.
pub(crate) fn instructions(
    path: &'static str,
    text: &'static str,
    steps: &[Step],
    literals: &str,
) -> Instructions<'static> {
    let literals: Vec<Value> = serde_json::from_str(literals).unwrap_or_default();
    let mut instructions = Instructions::new(path, text);
    for step in steps {
        instructions.add(step.instruction(text, &literals));
    }
    instructions
}
