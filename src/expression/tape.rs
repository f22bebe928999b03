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
        fn execute<S: Scalar, R: Registers<S>>(
            instructions: &[Instruction],
            r: &mut R,
            x: &[S],
            p: &[S],
            dx: &mut [S],
        ) {
            for instruction in instructions {
                match *instruction {
                    $(Instruction::$name { out, $($register,)* $($number,)* } => {
                        $(let $register = r.get($register);)*
                        r.set(out, $value);
                    })*
                    Instruction::State { out, index } => r.set(out, x[index as usize]),
                    Instruction::Parameter { out, index } => r.set(out, p[index as usize]),
                    Instruction::Output { a, index } => dx[index as usize] = r.get(a),
                    Instruction::Constant { out, k } => r.set(out, S::from(k)),
                    Instruction::Negate { out, a } => r.set(out, -r.get(a)),
                    Instruction::Exp { out, a } => r.set(out, r.get(a).exp()),
                    Instruction::Function { out, a, function } => r.set(out, function.apply(r.get(a))),
                    Instruction::PowerOf { out, a, k } => r.set(out, r.get(a).powf(k)),
                    Instruction::Power { out, a, b } => r.set(out, r.get(a).pow(r.get(b))),
                    Instruction::Min { out, a, b } => r.set(out, Scalar::min(r.get(a), r.get(b))),
                    Instruction::Max { out, a, b } => r.set(out, Scalar::max(r.get(a), r.get(b))),
                    Instruction::Compare { out, a, b, comparison } => {
                        r.set(out, comparison.apply(r.get(a), r.get(b)));
                    }
                    Instruction::Select { out, a, b, c } => {
                        r.set(out, r.get(a).select(r.get(b), r.get(c)));
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

/// Registers by number.
trait Registers<S> {
    fn get(&self, register: Register) -> S;
    fn set(&mut self, register: Register, value: S);
}

impl<S: Scalar, const R: usize> Registers<S> for [S; R] {
    #[inline(always)]
    fn get(&self, register: Register) -> S {
        self[register as usize % R]
    }
    #[inline(always)]
    fn set(&mut self, register: Register, value: S) {
        self[register as usize % R] = value;
    }
}

impl<S: Scalar> Registers<S> for Vec<S> {
    #[inline(always)]
    fn get(&self, register: Register) -> S {
        self[register as usize]
    }
    #[inline(always)]
    fn set(&mut self, register: Register, value: S) {
        self[register as usize] = value;
    }
}

/// A program that computes `f(x, p)`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tape {
    instructions: Vec<Instruction>,
    registers: usize,
    /// States and parameters are in the first registers from the beginning.
    inputs_loaded: bool,
    /// Registers of the results at the end; empty if the program writes them itself.
    results: Vec<Register>,
}

impl Tape {
    /// The program for nodes of which each is needed, operands first; `None` if it needs too many registers.
    pub fn new(nodes: &[Node], outputs: &[Id], states: usize, parameters: usize) -> Option<Tape> {
        Writer::new(nodes, outputs, states, parameters).write(outputs)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    pub fn registers(&self) -> usize {
        self.registers
    }

    pub fn run<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let zero = S::from(0.0);
        if self.registers <= FEWER {
            self.run_on([zero; FEWER], x, p, dx);
        } else if self.registers <= FEW {
            self.run_on([zero; FEW], x, p, dx);
        } else {
            self.run_on(vec![zero; self.registers], x, p, dx);
        }
    }

    #[inline(always)]
    fn run_on<S: Scalar, R: Registers<S> + AsMut<[S]>>(&self, mut r: R, x: &[S], p: &[S], dx: &mut [S]) {
        if self.inputs_loaded {
            let r = r.as_mut();
            r.iter_mut().zip(x).for_each(|(register, &value)| *register = value);
            r.iter_mut().skip(x.len()).zip(p).for_each(|(register, &value)| *register = value);
        }
        execute(&self.instructions, &mut r, x, p, dx);
        for (dx, &register) in dx.iter_mut().zip(&self.results) {
            *dx = r.get(register);
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
    states: usize,
    parameters: usize,
    register: Vec<Register>,
    free: Vec<Register>,
    registers: usize,
    instructions: Vec<Instruction>,
}

impl<'g> Writer<'g> {
    fn new(nodes: &'g [Node], outputs: &[Id], states: usize, parameters: usize) -> Self {
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
        for id in 0..self.nodes.len() {
            if !self.is_absorbed[id] && self.uses[id] > 0 {
                self.write_node(id as Id)?;
            }
            while let Some((_, index)) = writes.next_if(|(output, _)| *output as usize == id) {
                if !self.inputs_loaded {
                    self.instructions.push(Instruction::Output { a: self.register[id], index });
                    self.release(id as Id);
                }
            }
        }
        let results = if self.inputs_loaded {
            outputs.iter().map(|&id| self.register[id as usize]).collect()
        } else {
            Vec::new()
        };
        Some(Tape {
            instructions: self.instructions,
            registers: self.registers,
            inputs_loaded: self.inputs_loaded,
            results,
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
