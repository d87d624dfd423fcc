//! Functions of one number: piecewise linear, by table, and one of the user's.

use hls_train::prelude::*;

/// Keras' hard sigmoid.
#[derive(Debug)]
pub struct KerasHardSigmoid;

impl Function for KerasHardSigmoid {
    const NAME: &'static str = "KerasHardSigmoid";

    fn value(x: f64) -> f64 {
        (0.2 * x + 0.5).clamp(0.0, 1.0)
    }
}

type Unit = UFixed<8, 0, Rnd, Sat>;
type Number = Fixed<10, 4, Rnd, Sat>;

/// All of them, one after the other.
#[hls_model(input = [Fixed<16, 6>; 2, 4])]
pub struct Functions {
    sigmoid: Sigmoid<Unit, Number>,
    tanh: Tanh<Number>,
    elu: Elu<Number>,
    selu: Selu<Number>,
    softplus: Softplus<Number>,
    softsign: Softsign<Number>,
    gelu: Gelu<Number>,
    silu: Silu<Number, Fixed<16, 4>>,
    exp: Exp<Number, hls_train::layers::ItsInput>,
    reciprocal: Reciprocal<Number>,
    table: Table<KerasHardSigmoid, Unit>,
    leaky: LeakyRelu<Number, 13, 7>,
    mirrored: LeakyRelu<Number, -1, 2>,
    prelu: PRelu<4, Fixed<6, 1>, Number>,
    relu6: Relu6<UFixed<8, 3, Rnd, Sat>>,
    relu1: Relu1<Unit>,
    bounded: BoundedRelu<Unit, 3, 2>,
    threshold: ThresholdedRelu<Unit, 1, 3>,
    hard_tanh: HardTanh<Number>,
    hard_sigmoid: HardSigmoid<Unit>,
    qkeras: HardSigmoid<Unit, 1, 1>,
}
