//! A graph as a program for a machine with few registers.
//!
//! Each instruction costs a jump that depends on the one before, so the program is made of few large instructions:
//! a constant is part of its instruction, and a sum of products or the like is one instruction. The values are those
//! of the operations one after the other, rounded each.
//!
//! Few registers live on the stack and are found by an index that cannot be out of bounds; a program that
//! needs more has them in a vector.

use super::function::{Comparison, Function};
use super::graph::{Arithmetic, Id, Node};
use crate::scalar::Scalar;

/// Registers of the small machine, a power of two.
pub(super) const FEW: usize = 32;
/// Registers of the smallest machine, a power of two: to clear them takes a good part of a short program's time.
const FEWER: usize = 16;
/// States and parameters together that are copied into registers at once, rather than one by one when they are needed.
const FEW_INPUTS: usize = FEW / 2;

type Register = u16;

/// Declares the instructions that are one or two operations of arithmetic: the name, the operands (registers `a`,
/// `b`, `c`, numbers `k`, `l`), and what is written to the register `out`.
macro_rules! instructions {
    ($($name:ident { $($register:ident)* ; $($number:ident)* } $value:expr;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Instruction {
            $($name { out: Register, $($register: Register,)* $($number: f64,)* },)*
            State { out: Register, index: u32 },
            Parameter { out: Register, index: u32 },
            Output { a: Register, index: u32 },
            Constant { out: Register, k: f64 },
            Negate { out: Register, a: Register },
            Exp { out: Register, a: Register },
            Function { out: Register, a: Register, function: Function },
            PowerOf { out: Register, a: Register, k: f64 },
            Power { out: Register, a: Register, b: Register },
            Min { out: Register, a: Register, b: Register },
            Max { out: Register, a: Register, b: Register },
            Compare { out: Register, a: Register, b: Register, comparison: Comparison },
            Select { out: Register, a: Register, b: Register, c: Register },
        }

        #[inline(always)]
        fn execute<S: Scalar, R: Registers<S, W, B>, const W: usize, const B: usize>(
            instructions: &[Instruction],
            r: &mut R,
            points: &Points<S>,
            dx: &mut [S],
        ) {
            let used = if B == 1 { 1 } else { points.count.div_ceil(W) };
            for instruction in instructions {
                match *instruction {
                    $(Instruction::$name { out, $($register,)* $($number,)* } => {
                        each::<_, _, W, B, _>(r, used, out, [$($register),*], |[$($register),*]| $value);
                    })*
                    Instruction::State { out, index } => {
                        let states = points.x.get(index as usize..).unwrap_or_default();
                        let states = states.iter().step_by(points.states);
                        r.get_mut(out).as_flattened_mut().iter_mut().zip(states).for_each(|(lane, &state)| *lane = state);
                    }
                    Instruction::Parameter { out, index } => *r.get_mut(out) = [[points.p[index as usize]; W]; B],
                    Instruction::Output { a, index } => {
                        let outputs = dx.get_mut(index as usize..).unwrap_or_default();
                        let lanes = r.get(a).as_flattened();
                        outputs.iter_mut().step_by(points.outputs).zip(lanes).for_each(|(dx, &lane)| *dx = lane);
                    }
                    Instruction::Constant { out, k } => *r.get_mut(out) = [[S::from(k); W]; B],
                    Instruction::Negate { out, a } => each::<_, _, W, B, _>(r, used, out, [a], |[a]| -a),
                    Instruction::Exp { out, a } => each::<_, _, W, B, _>(r, used, out, [a], |[a]| a.exp()),
                    Instruction::Function { out, a, function } => {
                        each::<_, _, W, B, _>(r, used, out, [a], |[a]| function.apply(a));
                    }
                    Instruction::PowerOf { out, a, k } => each::<_, _, W, B, _>(r, used, out, [a], |[a]| a.powf(k)),
                    Instruction::Power { out, a, b } => each::<_, _, W, B, _>(r, used, out, [a, b], |[a, b]| a.pow(b)),
                    Instruction::Min { out, a, b } => {
                        each::<_, _, W, B, _>(r, used, out, [a, b], |[a, b]| Scalar::min(a, b));
                    }
                    Instruction::Max { out, a, b } => {
                        each::<_, _, W, B, _>(r, used, out, [a, b], |[a, b]| Scalar::max(a, b));
                    }
                    Instruction::Compare { out, a, b, comparison } => {
                        each::<_, _, W, B, _>(r, used, out, [a, b], |[a, b]| comparison.apply(a, b));
                    }
                    Instruction::Select { out, a, b, c } => {
                        each::<_, _, W, B, _>(r, used, out, [a, b, c], |[a, b, c]| a.select(b, c));
                    }
                }
            }
        }
    };
}

instructions! {
    // One operation.
    Add { a b; } a + b;
    Sub { a b; } a - b;
    Mul { a b; } a * b;
    Div { a b; } a / b;
    AddK { a; k } a + k;
    KSub { a; k } -a + k;
    MulK { a; k } a * k;
    DivK { a; k } a / k;
    KDiv { a; k } S::from(k) / a;
    Recip { a; } a.recip();
    // Two operations: (a ∘ b) ∘ c, or c ∘ (a ∘ b).
    AddAdd { a b c; } (a + b) + c;
    SubAdd { a b c; } (a - b) + c;
    MulAdd { a b c; } a * b + c;
    AddSub { a b c; } (a + b) - c;
    SubSub { a b c; } (a - b) - c;
    MulSub { a b c; } a * b - c;
    SubtractAdd { a b c; } c - (a + b);
    SubtractSub { a b c; } c - (a - b);
    SubtractMul { a b c; } c - a * b;
    AddMul { a b c; } (a + b) * c;
    SubMul { a b c; } (a - b) * c;
    MulMul { a b c; } a * b * c;
    AddDiv { a b c; } (a + b) / c;
    SubDiv { a b c; } (a - b) / c;
    MulDiv { a b c; } a * b / c;
    DivideAdd { a b c; } c / (a + b);
    DivideMul { a b c; } c / (a * b);
    DivAdd { a b c; } a / b + c;
    // The first with a constant.
    MulKAdd { a c; k } a * k + c;
    MulKSub { a c; k } a * k - c;
    SubtractMulK { a c; k } c - a * k;
    MulKMul { a c; k } a * k * c;
    MulKDiv { a c; k } a * k / c;
    AddKMul { a c; k } (a + k) * c;
    AddKDiv { a c; k } (a + k) / c;
    DivideAddK { a c; k } c / (a + k);
    KSubMul { a c; k } (-a + k) * c;
    KSubDiv { a c; k } (-a + k) / c;
    DivideKSub { a c; k } c / (-a + k);
    DivKAdd { a c; k } a / k + c;
    DivKSub { a c; k } a / k - c;
    SubtractDivK { a c; k } c - a / k;
    // The second with a constant.
    AddMulK { a b; k } (a + b) * k;
    SubMulK { a b; k } (a - b) * k;
    MulMulK { a b; k } a * b * k;
    MulAddK { a b; k } a * b + k;
    MulDivK { a b; k } a * b / k;
    SubDivK { a b; k } (a - b) / k;
    AddDivK { a b; k } (a + b) / k;
    SubAddK { a b; k } (a - b) + k;
    AddAddK { a b; k } (a + b) + k;
    KSubMulTwo { a b; k } -(a * b) + k;
    // Both.
    AddKMulK { a; k l } (a + k) * l;
    AddKDivK { a; k l } (a + k) / l;
    MulKAddK { a; k l } a * k + l;
    KSubMulK { a; k l } (-a + k) * l;
    KDivAddK { a; k l } S::from(l) / (a + k);
    KDivKSub { a; k l } S::from(l) / (-a + k);
}

/// Points at which the program runs at a time.
struct Points<'a, S> {
    /// `states` numbers a point, one point after the other.
    x: &'a [S],
    /// The same at all of them.
    p: &'a [S],
    states: usize,
    outputs: usize,
    count: usize,
}

/// A value for every one of `W * B` points, `W` at a time: as many as the processor's registers hold.
type Block<S, const W: usize, const B: usize> = [[S; W]; B];

/// Registers by number.
trait Registers<S, const W: usize, const B: usize>: AsMut<[Block<S, W, B>]> {
    fn get(&self, register: Register) -> &Block<S, W, B>;
    fn get_mut(&mut self, register: Register) -> &mut Block<S, W, B>;
}

impl<S, const W: usize, const B: usize, const R: usize> Registers<S, W, B> for [Block<S, W, B>; R] {
    #[inline(always)]
    fn get(&self, register: Register) -> &Block<S, W, B> {
        &self[register as usize % R]
    }
    #[inline(always)]
    fn get_mut(&mut self, register: Register) -> &mut Block<S, W, B> {
        &mut self[register as usize % R]
    }
}

impl<S, const W: usize, const B: usize> Registers<S, W, B> for Vec<Block<S, W, B>> {
    #[inline(always)]
    fn get(&self, register: Register) -> &Block<S, W, B> {
        &self[register as usize]
    }
    #[inline(always)]
    fn get_mut(&mut self, register: Register) -> &mut Block<S, W, B> {
        &mut self[register as usize]
    }
}

/// `out = f(operands)` at the first `used * W` points.
#[inline(always)]
fn each<S: Scalar, R: Registers<S, W, B>, const W: usize, const B: usize, const K: usize>(
    r: &mut R,
    used: usize,
    out: Register,
    operands: [Register; K],
    f: impl Fn([S; K]) -> S,
) {
    if B > 1 {
        // Where indices are checked, that is known here once and for all the points.
        operands.iter().chain([&out]).for_each(|&register| _ = r.get(register));
    }
    for at in 0..used.min(B) {
        if W == 1 {
            // Without arrays on the way, which would go through memory in pieces of other sizes than the numbers.
            let value = f(operands.map(|operand| r.get(operand)[at][0]));
            r.get_mut(out)[at][0] = value;
        } else {
            let operands: [[S; W]; K] = operands.map(|operand| r.get(operand)[at]);
            r.get_mut(out)[at] = std::array::from_fn(|lane| f(std::array::from_fn(|k| operands[k][lane])));
        }
    }
}

/// A program that computes `f(x, p)`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tape {
    instructions: Vec<Instruction>,
    states: usize,
    outputs: usize,
    registers: usize,
    /// States and parameters are in the first registers from the beginning.
    inputs_loaded: bool,
    /// Registers of the results at the end; empty if the program writes them itself.
    results: Vec<Register>,
    /// Instructions at the beginning that are the same for all points.
    common: usize,
}

impl Tape {
    /// The program for nodes of which each is needed, operands first; `None` if it needs too many registers.
    ///
    /// Where it is `for_many` points with the same parameters, what depends on parameters only is computed at the
    /// beginning and keeps its register, so that it is there for all of them; at one point that would be a waste.
    pub fn new(nodes: &[Node], outputs: &[Id], states: usize, parameters: usize, for_many: bool) -> Option<Tape> {
        Writer::new(nodes, outputs, states, parameters, for_many).write(outputs)
    }

    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    pub fn registers(&self) -> usize {
        self.registers
    }

    /// `f` at one point.
    pub fn run<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let zero = [[S::from(0.0)]];
        if self.registers <= FEWER {
            self.run_on([zero; FEWER], x, p, dx);
        } else if self.registers <= FEW {
            self.run_on([zero; FEW], x, p, dx);
        } else {
            self.run_on(vec![zero; self.registers], x, p, dx);
        }
    }

    #[inline(always)]
    fn run_on<S: Scalar, R: Registers<S, 1, 1>>(&self, mut r: R, x: &[S], p: &[S], dx: &mut [S]) {
        if self.inputs_loaded {
            let r = r.as_mut();
            r.iter_mut().zip(x).for_each(|(register, &value)| *register = [[value]]);
            r.iter_mut().skip(x.len()).zip(p).for_each(|(register, &value)| *register = [[value]]);
        }
        let points = Points { x, p, states: self.states, outputs: self.outputs, count: 1 };
        execute(&self.instructions, &mut r, &points, dx);
        for (dx, &register) in dx.iter_mut().zip(&self.results) {
            *dx = r.get(register)[0][0];
        }
    }

    /// `f` at points one after the other, all with the same parameters, by a program for many.
    pub fn run_at_many<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        // So many points at a time that all registers stay in the nearest cache.
        if S::ORDER == 0 {
            self.run_in_blocks::<S, 4, 8>(x, p, dx);
        } else {
            self.run_in_blocks::<S, 1, 8>(x, p, dx);
        }
    }

    #[inline(always)]
    fn run_in_blocks<S: Scalar, const W: usize, const B: usize>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (states, outputs) = (self.states, self.outputs);
        let mut r = vec![[[S::from(0.0); W]; B]; self.registers];
        if self.inputs_loaded {
            r.iter_mut().skip(states).zip(p).for_each(|(register, &value)| *register = [[value; W]; B]);
        }
        let (common, instructions) = self.instructions.split_at(self.common);
        execute(common, &mut r, &Points { x, p, states, outputs, count: W * B }, dx);
        for (x, dx) in x.chunks(states * W * B).zip(dx.chunks_mut(outputs * W * B)) {
            if self.inputs_loaded {
                for (state, register) in r.iter_mut().take(states).enumerate() {
                    let lanes = register.as_flattened_mut().iter_mut();
                    lanes.zip(x.chunks_exact(states)).for_each(|(lane, x)| *lane = x[state]);
                }
            }
            execute(instructions, &mut r, &Points { x, p, states, outputs, count: x.len() / states }, dx);
            for (index, &register) in self.results.iter().enumerate() {
                let lanes = r.get(register).as_flattened();
                dx.chunks_exact_mut(outputs).zip(lanes).for_each(|(dx, &lane)| dx[index] = lane);
            }
        }
    }
}

/// What is known while a program is written.
struct Writer<'g> {
    nodes: &'g [Node],
    /// How many nodes and results use a node as it is written: as a register, not within an instruction of two.
    uses: Vec<u32>,
    /// The operand that a node computes within its own instruction.
    absorbed: Vec<Option<Id>>,
    is_absorbed: Vec<bool>,
    inputs_loaded: bool,
    /// Nodes that are computed once for all points.
    is_common: Vec<bool>,
    /// Results keep their registers to the end.
    results_wait: bool,
    states: usize,
    parameters: usize,
    register: Vec<Register>,
    free: Vec<Register>,
    registers: usize,
    instructions: Vec<Instruction>,
}

impl<'g> Writer<'g> {
    fn new(nodes: &'g [Node], outputs: &[Id], states: usize, parameters: usize, for_many: bool) -> Self {
        let mut uses = vec![0_u32; nodes.len()];
        for id in nodes.iter().flat_map(|node| node.operands()).chain(outputs.iter().copied()) {
            uses[id as usize] += 1;
        }
        let mut writer = Writer {
            nodes,
            uses,
            absorbed: vec![None; nodes.len()],
            is_absorbed: vec![false; nodes.len()],
            inputs_loaded: states + parameters <= FEW_INPUTS,
            is_common: vec![false; nodes.len()],
            results_wait: states + parameters <= FEW_INPUTS && outputs.len() <= FEW_INPUTS,
            states,
            parameters,
            register: vec![0; nodes.len()],
            free: Vec::new(),
            registers: 0,
            instructions: Vec::new(),
        };
        writer.absorb();
        // Within an instruction constants are numbers, not registers, so these uses do not count.
        for id in 0..nodes.len() {
            if !writer.is_absorbed[id] {
                for operand in writer.constants_within(id as Id) {
                    writer.uses[operand as usize] -= 1;
                }
            }
        }
        for id in (0..nodes.len()).filter(|_| for_many) {
            let is_input = matches!(nodes[id], Node::State(_) | Node::Constant(_));
            writer.is_common[id] = !is_input && writer.reads(id as Id).iter().all(|&a| writer.is_common[a as usize]);
            // Nobody releases its register.
            writer.uses[id] += u32::from(writer.is_common[id]);
        }
        writer
    }

    fn node(&self, id: Id) -> Node {
        self.nodes[id as usize]
    }

    /// Decides which operations share an instruction: an operand that nobody else uses, from the results backwards.
    fn absorb(&mut self) {
        for id in (0..self.nodes.len()).rev() {
            if self.is_absorbed[id] {
                continue;
            }
            let Node::Arithmetic(_, a, b) = self.nodes[id] else { continue };
            // A product first: a sum of products is the commonest.
            let product = |id: Id| matches!(self.node(id), Node::Arithmetic(Arithmetic::Multiply, ..));
            let order = if product(b) && !product(a) { [b, a] } else { [a, b] };
            for operand in order {
                if self.uses[operand as usize] == 1 && self.pair(id as Id, operand, 0, |_| 0).is_some() {
                    self.absorbed[id] = Some(operand);
                    self.is_absorbed[operand as usize] = true;
                    break;
                }
            }
        }
    }

    /// The constants that an instruction holds as numbers.
    fn constants_within(&self, id: Id) -> Vec<Id> {
        let Node::Arithmetic(_, a, b) = self.node(id) else {
            return match self.node(id) {
                Node::Power(_, b) if self.node(b).constant().is_some() => vec![b],
                _ => Vec::new(),
            };
        };
        let mut operands = vec![a, b];
        if let Some(inner) = self.absorbed[id as usize] {
            operands.extend(self.node(inner).operands());
        }
        operands.retain(|&operand| self.node(operand).constant().is_some());
        operands
    }

    /// The registers that an instruction reads.
    fn reads(&self, id: Id) -> Vec<Id> {
        let mut reads: Vec<Id> = self.node(id).operands().collect();
        if let Some(inner) = self.absorbed[id as usize] {
            reads.retain(|&operand| operand != inner);
            reads.extend(self.node(inner).operands());
        }
        for constant in self.constants_within(id) {
            reads.retain(|&operand| operand != constant);
        }
        reads
    }

    fn write(mut self, outputs: &[Id]) -> Option<Tape> {
        let inputs = if self.inputs_loaded { self.states + self.parameters } else { 0 };
        self.registers = inputs;
        let mut needed = vec![false; inputs];
        if self.inputs_loaded {
            for id in 0..self.nodes.len() {
                let input = match self.nodes[id] {
                    Node::State(state) => state as usize,
                    Node::Parameter(parameter) => self.states + parameter as usize,
                    _ => continue,
                };
                self.register[id] = input as Register;
                needed[input] = true;
            }
        }
        self.free = (0..inputs).rev().filter(|&input| !needed[input]).map(|input| input as Register).collect();
        // Where results wait for the end they hold their registers: `uses` counts them, and nobody releases them.
        let mut writes: Vec<(Id, u32)> = outputs.iter().enumerate().map(|(k, &id)| (id, k as u32)).collect();
        writes.sort();
        let mut writes = writes.into_iter().peekable();
        for id in (0..self.nodes.len()).filter(|&id| self.is_common[id] && !self.is_absorbed[id]).collect::<Vec<_>>() {
            self.write_node(id as Id)?;
        }
        let common = self.instructions.len();
        for id in 0..self.nodes.len() {
            if !self.is_common[id] && !self.is_absorbed[id] && self.uses[id] > 0 {
                self.write_node(id as Id)?;
            }
            while let Some((_, index)) = writes.next_if(|(output, _)| *output as usize == id) {
                if !self.results_wait {
                    self.instructions.push(Instruction::Output { a: self.register[id], index });
                    self.release(id as Id);
                }
            }
        }
        let results =
            if self.results_wait { outputs.iter().map(|&id| self.register[id as usize]).collect() } else { Vec::new() };
        Some(Tape {
            instructions: self.instructions,
            states: self.states,
            outputs: outputs.len(),
            registers: self.registers,
            inputs_loaded: self.inputs_loaded,
            results,
            common,
        })
    }

    fn release(&mut self, id: Id) {
        self.uses[id as usize] -= 1;
        if self.uses[id as usize] == 0 {
            self.free.push(self.register[id as usize]);
        }
    }

    /// Writes the instruction of a node. Its operands' registers are free for its own result.
    fn write_node(&mut self, id: Id) -> Option<()> {
        let node = self.node(id);
        if self.inputs_loaded && matches!(node, Node::State(_) | Node::Parameter(_)) {
            return Some(());
        }
        let reads = self.reads(id);
        for read in reads {
            self.release(read);
        }
        let out = match self.free.pop() {
            Some(register) => register,
            None => {
                let register = Register::try_from(self.registers).ok()?;
                self.registers += 1;
                register
            }
        };
        let at = |id: Id| self.register[id as usize];
        let instruction = match node {
            Node::Constant(bits) => Instruction::Constant { out, k: f64::from_bits(bits) },
            Node::State(index) => Instruction::State { out, index },
            Node::Parameter(index) => Instruction::Parameter { out, index },
            Node::Negate(a) => Instruction::Negate { out, a: at(a) },
            Node::Function(Function::Exp, a) => Instruction::Exp { out, a: at(a) },
            Node::Function(function, a) => Instruction::Function { out, a: at(a), function },
            Node::Power(a, b) => match self.node(b).constant() {
                Some(k) => Instruction::PowerOf { out, a: at(a), k },
                None => Instruction::Power { out, a: at(a), b: at(b) },
            },
            Node::Min(a, b) => Instruction::Min { out, a: at(a), b: at(b) },
            Node::Max(a, b) => Instruction::Max { out, a: at(a), b: at(b) },
            Node::Compare(comparison, a, b) => Instruction::Compare { out, a: at(a), b: at(b), comparison },
            Node::Select(a, b, c) => Instruction::Select { out, a: at(a), b: at(b), c: at(c) },
            Node::Arithmetic(operation, a, b) => match self.absorbed[id as usize] {
                Some(inner) => self.pair(id, inner, out, at)?,
                None => self.single(operation, a, b, out, at),
            },
        };
        self.instructions.push(instruction);
        self.register[id as usize] = out;
        Some(())
    }

    /// The instruction of one operation. At most one operand is constant.
    fn single(&self, operation: Arithmetic, a: Id, b: Id, out: Register, at: impl Fn(Id) -> Register) -> Instruction {
        use Arithmetic::*;
        use Instruction as I;
        let (x, y) = (self.node(a).constant(), self.node(b).constant());
        match (operation, x, y) {
            (Add, _, Some(k)) => I::AddK { out, a: at(a), k },
            (Add, Some(k), _) => I::AddK { out, a: at(b), k },
            (Add, ..) => I::Add { out, a: at(a), b: at(b) },
            (Subtract, _, Some(k)) => I::AddK { out, a: at(a), k: -k },
            (Subtract, Some(k), _) => I::KSub { out, a: at(b), k },
            (Subtract, ..) => I::Sub { out, a: at(a), b: at(b) },
            (Multiply, _, Some(k)) => I::MulK { out, a: at(a), k },
            (Multiply, Some(k), _) => I::MulK { out, a: at(b), k },
            (Multiply, ..) => I::Mul { out, a: at(a), b: at(b) },
            (Divide, _, Some(k)) => I::DivK { out, a: at(a), k },
            (Divide, Some(1.0), _) => I::Recip { out, a: at(b) },
            (Divide, Some(k), _) => I::KDiv { out, a: at(b), k },
            (Divide, ..) => I::Div { out, a: at(a), b: at(b) },
        }
    }

    /// The instruction of `outer` that computes its operand `inner` as well, if there is one.
    fn pair(&self, outer: Id, inner: Id, out: Register, at: impl Fn(Id) -> Register) -> Option<Instruction> {
        use Arithmetic::*;
        use Instruction as I;
        let (Node::Arithmetic(second, left, right), Node::Arithmetic(first, a, b)) =
            (self.node(outer), self.node(inner))
        else {
            return None;
        };
        // `c` is the other operand; `on_left`: the inner one is the first operand of the outer.
        let on_left = left == inner;
        let other = if on_left { right } else { left };
        let first_constant = (self.node(a).constant(), self.node(b).constant());
        let l = self.node(other).constant();
        // A sum does not care for the order.
        let on_left = on_left || matches!(second, Add | Multiply);
        Some(match (first_constant, l) {
            ((None, None), None) => {
                let (a, b, c) = (at(a), at(b), at(other));
                match (first, second, on_left) {
                    (Add, Add, _) => I::AddAdd { out, a, b, c },
                    (Subtract, Add, _) => I::SubAdd { out, a, b, c },
                    (Multiply, Add, _) => I::MulAdd { out, a, b, c },
                    (Divide, Add, _) => I::DivAdd { out, a, b, c },
                    (Add, Subtract, true) => I::AddSub { out, a, b, c },
                    (Subtract, Subtract, true) => I::SubSub { out, a, b, c },
                    (Multiply, Subtract, true) => I::MulSub { out, a, b, c },
                    (Add, Subtract, false) => I::SubtractAdd { out, a, b, c },
                    (Subtract, Subtract, false) => I::SubtractSub { out, a, b, c },
                    (Multiply, Subtract, false) => I::SubtractMul { out, a, b, c },
                    (Add, Multiply, _) => I::AddMul { out, a, b, c },
                    (Subtract, Multiply, _) => I::SubMul { out, a, b, c },
                    (Multiply, Multiply, _) => I::MulMul { out, a, b, c },
                    (Add, Divide, true) => I::AddDiv { out, a, b, c },
                    (Subtract, Divide, true) => I::SubDiv { out, a, b, c },
                    (Multiply, Divide, true) => I::MulDiv { out, a, b, c },
                    (Add, Divide, false) => I::DivideAdd { out, a, b, c },
                    (Multiply, Divide, false) => I::DivideMul { out, a, b, c },
                    _ => return None,
                }
            }
            ((None, Some(k)), None) => {
                let (a, c) = (at(a), at(other));
                match (first, second, on_left) {
                    (Multiply, Add, _) => I::MulKAdd { out, a, c, k },
                    (Multiply, Subtract, true) => I::MulKSub { out, a, c, k },
                    (Multiply, Subtract, false) => I::SubtractMulK { out, a, c, k },
                    (Multiply, Multiply, _) => I::MulKMul { out, a, c, k },
                    (Multiply, Divide, true) => I::MulKDiv { out, a, c, k },
                    (Add, Multiply, _) => I::AddKMul { out, a, c, k },
                    (Add, Divide, true) => I::AddKDiv { out, a, c, k },
                    (Add, Divide, false) => I::DivideAddK { out, a, c, k },
                    (Divide, Add, _) => I::DivKAdd { out, a, c, k },
                    (Divide, Subtract, true) => I::DivKSub { out, a, c, k },
                    (Divide, Subtract, false) => I::SubtractDivK { out, a, c, k },
                    _ => return None,
                }
            }
            ((Some(k), None), None) => {
                let (a, c) = (at(b), at(other));
                match (first, second, on_left) {
                    (Subtract, Multiply, _) => I::KSubMul { out, a, c, k },
                    (Subtract, Divide, true) => I::KSubDiv { out, a, c, k },
                    (Subtract, Divide, false) => I::DivideKSub { out, a, c, k },
                    _ => return None,
                }
            }
            ((None, None), Some(k)) => {
                let (a, b) = (at(a), at(b));
                match (first, second, on_left) {
                    (Add, Multiply, _) => I::AddMulK { out, a, b, k },
                    (Subtract, Multiply, _) => I::SubMulK { out, a, b, k },
                    (Multiply, Multiply, _) => I::MulMulK { out, a, b, k },
                    (Add, Divide, true) => I::AddDivK { out, a, b, k },
                    (Subtract, Divide, true) => I::SubDivK { out, a, b, k },
                    (Multiply, Divide, true) => I::MulDivK { out, a, b, k },
                    (Add, Add, _) => I::AddAddK { out, a, b, k },
                    (Subtract, Add, _) => I::SubAddK { out, a, b, k },
                    (Multiply, Add, _) => I::MulAddK { out, a, b, k },
                    (Multiply, Subtract, false) => I::KSubMulTwo { out, a, b, k },
                    _ => return None,
                }
            }
            ((None, Some(k)), Some(l)) => {
                let a = at(a);
                match (first, second, on_left) {
                    (Add, Multiply, _) => I::AddKMulK { out, a, k, l },
                    (Add, Divide, true) => I::AddKDivK { out, a, k, l },
                    (Add, Divide, false) => I::KDivAddK { out, a, k, l },
                    (Multiply, Add, _) => I::MulKAddK { out, a, k, l },
                    _ => return None,
                }
            }
            ((Some(k), None), Some(l)) => {
                let a = at(b);
                match (first, second, on_left) {
                    (Subtract, Multiply, _) => I::KSubMulK { out, a, k, l },
                    (Subtract, Divide, false) => I::KDivKSub { out, a, k, l },
                    _ => return None,
                }
            }
            _ => return None,
        })
    }
}
