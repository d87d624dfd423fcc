#[derive(::core::clone::Clone, ::core::fmt::Debug)]
pub struct ResidualTagger<W: Quantizer, const N: usize = 32>
where
    W: Named,
{
    fc1: Dense<N, 32, W>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    fc2: Dense<32, 32, W>,
    skip: Add<Fixed<12, 5, Rnd, Sat>>,
    classes: Dense<32, 5, W, W, Fixed<16, 8>>,
    energy: Dense<32, 1, Fixed<8, 2>>,
}
#[allow(dead_code)]
impl<W: Quantizer, const N: usize> ResidualTagger<W, N>
where
    W: Named,
{
    /// The model with fresh weights on `device`.
    pub fn init(device: &::hls_train::__private::Device) -> Self {
        const {
            {
                if let ::core::result::Result::Err(message) = ::hls_train::__private::legal_types(
                    &[
                        (
                            "input",
                            <Fixed<12, 4> as ::hls_train::__private::Quantizer>::TYPE,
                        ),
                    ],
                ) {
                    ::core::panic!("{}", message.as_str())
                }
            }
            {
                if let ::core::result::Result::Err(message) = <Dense<
                    N,
                    32,
                    W,
                > as ::hls_train::__private::Layer>::LEGAL {
                    let message = ::hls_train::__private::Message::new()
                        .text("layer `fc1`: ")
                        .text(message.as_str());
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err(message) = <Dense<
                    N,
                    32,
                    W,
                > as ::hls_train::__private::Layer>::RULE
                    .accepts("fc1", &<Self as ::hls_train::__private::HlsModel>::INPUT)
                {
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err((0usize, message)) = Self::__HLS_OUTPUT_SHAPES {
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err(message) = <Dense<
                    N,
                    32,
                    W,
                > as ::hls_train::__private::Layer>::RULE
                    .hardware(
                        "fc1",
                        &::hls_train::__private::LayerAttributes {
                            reuse_factor: ::core::option::Option::None,
                            strategy: ::core::option::Option::None,
                            fifo_depth: ::core::option::Option::None,
                            parallelization_factor: ::core::option::Option::None,
                        },
                        &<Self as ::hls_train::__private::HlsModel>::ATTRIBUTES,
                    )
                {
                    ::core::panic!("{}", message.as_str())
                }
            }
            {
                if let ::core::result::Result::Err(message) = <Relu<
                    UFixed<8, 3, Rnd, Sat>,
                > as ::hls_train::__private::Layer>::LEGAL {
                    let message = ::hls_train::__private::Message::new()
                        .text("layer `relu1`: ")
                        .text(message.as_str());
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err((1usize, message)) = Self::__HLS_OUTPUT_SHAPES {
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err(message) = <Relu<
                    UFixed<8, 3, Rnd, Sat>,
                > as ::hls_train::__private::Layer>::RULE
                    .hardware(
                        "relu1",
                        &::hls_train::__private::LayerAttributes {
                            reuse_factor: ::core::option::Option::None,
                            strategy: ::core::option::Option::None,
                            fifo_depth: ::core::option::Option::None,
                            parallelization_factor: ::core::option::Option::None,
                        },
                        &<Self as ::hls_train::__private::HlsModel>::ATTRIBUTES,
                    )
                {
                    ::core::panic!("{}", message.as_str())
                }
            }
            {
                if let ::core::result::Result::Err(message) = <Dense<
                    32,
                    32,
                    W,
                > as ::hls_train::__private::Layer>::LEGAL {
                    let message = ::hls_train::__private::Message::new()
                        .text("layer `fc2`: ")
                        .text(message.as_str());
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err((2usize, message)) = Self::__HLS_OUTPUT_SHAPES {
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err(message) = <Dense<
                    32,
                    32,
                    W,
                > as ::hls_train::__private::Layer>::RULE
                    .hardware(
                        "fc2",
                        &::hls_train::__private::LayerAttributes {
                            reuse_factor: ::core::option::Option::Some(4),
                            strategy: ::core::option::Option::Some(
                                ::hls_train::__private::Strategy::Resource,
                            ),
                            fifo_depth: ::core::option::Option::None,
                            parallelization_factor: ::core::option::Option::None,
                        },
                        &<Self as ::hls_train::__private::HlsModel>::ATTRIBUTES,
                    )
                {
                    ::core::panic!("{}", message.as_str())
                }
            }
            {
                if let ::core::result::Result::Err(message) = <Add<
                    Fixed<12, 5, Rnd, Sat>,
                > as ::hls_train::__private::Layer>::LEGAL {
                    let message = ::hls_train::__private::Message::new()
                        .text("layer `skip`: ")
                        .text(message.as_str());
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err((3usize, message)) = Self::__HLS_OUTPUT_SHAPES {
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err(message) = <Add<
                    Fixed<12, 5, Rnd, Sat>,
                > as ::hls_train::__private::Layer>::RULE
                    .hardware(
                        "skip",
                        &::hls_train::__private::LayerAttributes {
                            reuse_factor: ::core::option::Option::None,
                            strategy: ::core::option::Option::None,
                            fifo_depth: ::core::option::Option::None,
                            parallelization_factor: ::core::option::Option::None,
                        },
                        &<Self as ::hls_train::__private::HlsModel>::ATTRIBUTES,
                    )
                {
                    ::core::panic!("{}", message.as_str())
                }
            }
            {
                if let ::core::result::Result::Err(message) = <Dense<
                    32,
                    5,
                    W,
                    W,
                    Fixed<16, 8>,
                > as ::hls_train::__private::Layer>::LEGAL {
                    let message = ::hls_train::__private::Message::new()
                        .text("layer `classes`: ")
                        .text(message.as_str());
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err((4usize, message)) = Self::__HLS_OUTPUT_SHAPES {
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err(message) = <Dense<
                    32,
                    5,
                    W,
                    W,
                    Fixed<16, 8>,
                > as ::hls_train::__private::Layer>::RULE
                    .hardware(
                        "classes",
                        &::hls_train::__private::LayerAttributes {
                            reuse_factor: ::core::option::Option::None,
                            strategy: ::core::option::Option::None,
                            fifo_depth: ::core::option::Option::None,
                            parallelization_factor: ::core::option::Option::None,
                        },
                        &<Self as ::hls_train::__private::HlsModel>::ATTRIBUTES,
                    )
                {
                    ::core::panic!("{}", message.as_str())
                }
            }
            {
                if let ::core::result::Result::Err(message) = <Dense<
                    32,
                    1,
                    Fixed<8, 2>,
                > as ::hls_train::__private::Layer>::LEGAL {
                    let message = ::hls_train::__private::Message::new()
                        .text("layer `energy`: ")
                        .text(message.as_str());
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err((5usize, message)) = Self::__HLS_OUTPUT_SHAPES {
                    ::core::panic!("{}", message.as_str())
                }
                if let ::core::result::Result::Err(message) = <Dense<
                    32,
                    1,
                    Fixed<8, 2>,
                > as ::hls_train::__private::Layer>::RULE
                    .hardware(
                        "energy",
                        &::hls_train::__private::LayerAttributes {
                            reuse_factor: ::core::option::Option::None,
                            strategy: ::core::option::Option::None,
                            fifo_depth: ::core::option::Option::None,
                            parallelization_factor: ::core::option::Option::None,
                        },
                        &<Self as ::hls_train::__private::HlsModel>::ATTRIBUTES,
                    )
                {
                    ::core::panic!("{}", message.as_str())
                }
            }
        }
        Self {
            fc1: <Dense<N, 32, W> as ::hls_train::__private::Layer>::init(device),
            relu1: <Relu<
                UFixed<8, 3, Rnd, Sat>,
            > as ::hls_train::__private::Layer>::init(device),
            fc2: <Dense<32, 32, W> as ::hls_train::__private::Layer>::init(device),
            skip: <Add<
                Fixed<12, 5, Rnd, Sat>,
            > as ::hls_train::__private::Layer>::init(device),
            classes: <Dense<
                32,
                5,
                W,
                W,
                Fixed<16, 8>,
            > as ::hls_train::__private::Layer>::init(device),
            energy: <Dense<
                32,
                1,
                Fixed<8, 2>,
            > as ::hls_train::__private::Layer>::init(device),
        }
    }
    /// The quantized forward pass: from `[batch, input dimensions..]`, channels last, to `[batch, features]` of `classes`, `energy`.
    pub fn forward(
        &self,
        input: ::hls_train::__private::Tensor<2>,
    ) -> (::hls_train::__private::Tensor<2>, ::hls_train::__private::Tensor<2>) {
        let input = ::hls_train::__private::Value::input(
            input,
            <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE,
            <Self as ::hls_train::__private::HlsModel>::INPUT,
        );
        let [classes, energy] = self.__hls_outputs(input);
        (classes.into_tensor(), energy.into_tensor())
    }
    fn __hls_outputs(
        &self,
        input: ::hls_train::__private::Value,
    ) -> [::hls_train::__private::Value; 2] {
        let _ = &self.fc2;
        let _ = &self.relu1;
        let _ = &self.skip;
        let fc1 = <Dense<
            N,
            32,
            W,
        > as ::hls_train::__private::Layer>::forward(&self.fc1, &[&input]);
        let relu1 = <Relu<
            UFixed<8, 3, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::forward(&self.relu1, &[&fc1]);
        let fc2 = <Dense<
            32,
            32,
            W,
        > as ::hls_train::__private::Layer>::forward(&self.fc2, &[&relu1]);
        let skip = <Add<
            Fixed<12, 5, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::forward(&self.skip, &[&fc2, &relu1]);
        let classes = <Dense<
            32,
            5,
            W,
            W,
            Fixed<16, 8>,
        > as ::hls_train::__private::Layer>::forward(&self.classes, &[&skip]);
        let energy = <Dense<
            32,
            1,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::forward(&self.energy, &[&skip]);
        [classes, energy]
    }
    #[doc(hidden)]
    const __HLS_OUTPUT_SHAPES: ::core::result::Result<
        [::hls_train::__private::Shape; 2],
        (usize, ::hls_train::__private::Message),
    > = 'fold: {
        let input = <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE;
        let fc1 = match <Dense<N, 32, W> as ::hls_train::__private::Layer>::RULE
            .infer(
                "fc1",
                &[
                    ::hls_train::__private::Source {
                        name: "input",
                        shape: input,
                        rule: ::core::option::Option::None,
                        readers: 1,
                    },
                ],
            )
        {
            ::core::result::Result::Ok(shape) => shape,
            ::core::result::Result::Err(message) => {
                break 'fold ::core::result::Result::Err((0usize, message));
            }
        };
        let relu1 = match <Relu<
            UFixed<8, 3, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::RULE
            .infer(
                "relu1",
                &[
                    ::hls_train::__private::Source {
                        name: "fc1",
                        shape: fc1,
                        rule: ::core::option::Option::Some(
                            <Dense<N, 32, W> as ::hls_train::__private::Layer>::RULE,
                        ),
                        readers: 1,
                    },
                ],
            )
        {
            ::core::result::Result::Ok(shape) => shape,
            ::core::result::Result::Err(message) => {
                break 'fold ::core::result::Result::Err((1usize, message));
            }
        };
        let fc2 = match <Dense<32, 32, W> as ::hls_train::__private::Layer>::RULE
            .infer(
                "fc2",
                &[
                    ::hls_train::__private::Source {
                        name: "relu1",
                        shape: relu1,
                        rule: ::core::option::Option::Some(
                            <Relu<
                                UFixed<8, 3, Rnd, Sat>,
                            > as ::hls_train::__private::Layer>::RULE,
                        ),
                        readers: 2,
                    },
                ],
            )
        {
            ::core::result::Result::Ok(shape) => shape,
            ::core::result::Result::Err(message) => {
                break 'fold ::core::result::Result::Err((2usize, message));
            }
        };
        let skip = match <Add<
            Fixed<12, 5, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::RULE
            .infer(
                "skip",
                &[
                    ::hls_train::__private::Source {
                        name: "fc2",
                        shape: fc2,
                        rule: ::core::option::Option::Some(
                            <Dense<32, 32, W> as ::hls_train::__private::Layer>::RULE,
                        ),
                        readers: 1,
                    },
                    ::hls_train::__private::Source {
                        name: "relu1",
                        shape: relu1,
                        rule: ::core::option::Option::Some(
                            <Relu<
                                UFixed<8, 3, Rnd, Sat>,
                            > as ::hls_train::__private::Layer>::RULE,
                        ),
                        readers: 2,
                    },
                ],
            )
        {
            ::core::result::Result::Ok(shape) => shape,
            ::core::result::Result::Err(message) => {
                break 'fold ::core::result::Result::Err((3usize, message));
            }
        };
        let classes = match <Dense<
            32,
            5,
            W,
            W,
            Fixed<16, 8>,
        > as ::hls_train::__private::Layer>::RULE
            .infer(
                "classes",
                &[
                    ::hls_train::__private::Source {
                        name: "skip",
                        shape: skip,
                        rule: ::core::option::Option::Some(
                            <Add<
                                Fixed<12, 5, Rnd, Sat>,
                            > as ::hls_train::__private::Layer>::RULE,
                        ),
                        readers: 2,
                    },
                ],
            )
        {
            ::core::result::Result::Ok(shape) => shape,
            ::core::result::Result::Err(message) => {
                break 'fold ::core::result::Result::Err((4usize, message));
            }
        };
        let energy = match <Dense<
            32,
            1,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::RULE
            .infer(
                "energy",
                &[
                    ::hls_train::__private::Source {
                        name: "skip",
                        shape: skip,
                        rule: ::core::option::Option::Some(
                            <Add<
                                Fixed<12, 5, Rnd, Sat>,
                            > as ::hls_train::__private::Layer>::RULE,
                        ),
                        readers: 2,
                    },
                ],
            )
        {
            ::core::result::Result::Ok(shape) => shape,
            ::core::result::Result::Err(message) => {
                break 'fold ::core::result::Result::Err((5usize, message));
            }
        };
        ::core::result::Result::Ok([classes, energy])
    };
}
#[automatically_derived]
impl<W: Quantizer, const N: usize> ::hls_train::__private::HlsModel
for ResidualTagger<W, N>
where
    W: Named,
{
    const NAME: &'static str = "residual_tagger";
    const INPUT: ::hls_train::__private::FixedType = <Fixed<
        12,
        4,
    > as ::hls_train::__private::Quantizer>::TYPE;
    const INPUT_SHAPE: ::hls_train::__private::Shape = ::hls_train::__private::Shape::new([
        N,
    ]);
    const OUTPUT_SHAPES: &'static [::hls_train::__private::Shape] = match &Self::__HLS_OUTPUT_SHAPES {
        ::core::result::Result::Ok(shapes) => shapes,
        ::core::result::Result::Err(_) => &[],
    };
    const OUTPUT_SHAPE: ::hls_train::__private::Shape = match Self::OUTPUT_SHAPES {
        [.., last] => *last,
        [] => <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE,
    };
    #[allow(clippy::needless_update)]
    const ATTRIBUTES: ::hls_train::__private::ModelAttributes = ::hls_train::__private::ModelAttributes {
        io_type: ::hls_train::__private::IoType::IoParallel,
        ..::hls_train::__private::ModelAttributes::DEFAULT
    };
    fn init(device: &::hls_train::__private::Device) -> Self {
        Self::init(device)
    }
    fn evaluate(
        &self,
        input: ::hls_train::__private::Value,
    ) -> ::std::vec::Vec<::hls_train::__private::Value> {
        ::std::vec::Vec::from(self.__hls_outputs(input))
    }
    fn trace(
        &self,
        input: ::hls_train::__private::Value,
    ) -> ::std::vec::Vec<(&'static str, ::hls_train::__private::Value)> {
        let fc1 = <Dense<
            N,
            32,
            W,
        > as ::hls_train::__private::Layer>::forward(&self.fc1, &[&input]);
        let relu1 = <Relu<
            UFixed<8, 3, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::forward(&self.relu1, &[&fc1]);
        let fc2 = <Dense<
            32,
            32,
            W,
        > as ::hls_train::__private::Layer>::forward(&self.fc2, &[&relu1]);
        let skip = <Add<
            Fixed<12, 5, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::forward(&self.skip, &[&fc2, &relu1]);
        let classes = <Dense<
            32,
            5,
            W,
            W,
            Fixed<16, 8>,
        > as ::hls_train::__private::Layer>::forward(&self.classes, &[&skip]);
        let energy = <Dense<
            32,
            1,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::forward(&self.energy, &[&skip]);
        ::std::vec![
            ("fc1", fc1), ("relu1", relu1), ("fc2", fc2), ("skip", skip), ("classes",
            classes), ("energy", energy)
        ]
    }
    fn lower(
        &self,
        __lowering: &mut ::hls_train::__private::Lowering,
    ) -> ::std::vec::Vec<::hls_train::__private::Lowered> {
        let input = __lowering.input();
        let fc1 = <Dense<
            N,
            32,
            W,
        > as ::hls_train::__private::Layer>::lower_into(
            &self.fc1,
            __lowering,
            &::hls_train::__private::Site {
                name: "fc1",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::None,
                    strategy: ::core::option::Option::None,
                    fifo_depth: ::core::option::Option::None,
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&input],
        );
        let relu1 = <Relu<
            UFixed<8, 3, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::lower_into(
            &self.relu1,
            __lowering,
            &::hls_train::__private::Site {
                name: "relu1",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::None,
                    strategy: ::core::option::Option::None,
                    fifo_depth: ::core::option::Option::None,
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&fc1],
        );
        let fc2 = <Dense<
            32,
            32,
            W,
        > as ::hls_train::__private::Layer>::lower_into(
            &self.fc2,
            __lowering,
            &::hls_train::__private::Site {
                name: "fc2",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::Some(4),
                    strategy: ::core::option::Option::Some(
                        ::hls_train::__private::Strategy::Resource,
                    ),
                    fifo_depth: ::core::option::Option::None,
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&relu1],
        );
        let skip = <Add<
            Fixed<12, 5, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::lower_into(
            &self.skip,
            __lowering,
            &::hls_train::__private::Site {
                name: "skip",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::None,
                    strategy: ::core::option::Option::None,
                    fifo_depth: ::core::option::Option::None,
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&fc2, &relu1],
        );
        let classes = <Dense<
            32,
            5,
            W,
            W,
            Fixed<16, 8>,
        > as ::hls_train::__private::Layer>::lower_into(
            &self.classes,
            __lowering,
            &::hls_train::__private::Site {
                name: "classes",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::None,
                    strategy: ::core::option::Option::None,
                    fifo_depth: ::core::option::Option::None,
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&skip],
        );
        let energy = <Dense<
            32,
            1,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::lower_into(
            &self.energy,
            __lowering,
            &::hls_train::__private::Site {
                name: "energy",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::None,
                    strategy: ::core::option::Option::None,
                    fifo_depth: ::core::option::Option::None,
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&skip],
        );
        ::std::vec![classes, energy]
    }
    fn precisions(
        &mut self,
    ) -> ::std::vec::Vec<
        (::std::string::String, &mut ::hls_train::__private::Precision),
    > {
        let mut precisions = ::std::vec::Vec::new();
        for (name, precision) in <Dense<
            N,
            32,
            W,
        > as ::hls_train::__private::Layer>::precisions(&mut self.fc1) {
            precisions.push((::std::format!("{}.{}", "fc1", name), precision));
        }
        for (name, precision) in <Relu<
            UFixed<8, 3, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::precisions(&mut self.relu1) {
            precisions.push((::std::format!("{}.{}", "relu1", name), precision));
        }
        for (name, precision) in <Dense<
            32,
            32,
            W,
        > as ::hls_train::__private::Layer>::precisions(&mut self.fc2) {
            precisions.push((::std::format!("{}.{}", "fc2", name), precision));
        }
        for (name, precision) in <Add<
            Fixed<12, 5, Rnd, Sat>,
        > as ::hls_train::__private::Layer>::precisions(&mut self.skip) {
            precisions.push((::std::format!("{}.{}", "skip", name), precision));
        }
        for (name, precision) in <Dense<
            32,
            5,
            W,
            W,
            Fixed<16, 8>,
        > as ::hls_train::__private::Layer>::precisions(&mut self.classes) {
            precisions.push((::std::format!("{}.{}", "classes", name), precision));
        }
        for (name, precision) in <Dense<
            32,
            1,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::precisions(&mut self.energy) {
            precisions.push((::std::format!("{}.{}", "energy", name), precision));
        }
        precisions
    }
}
#[automatically_derived]
impl<W: Quantizer, const N: usize> ::hls_train::burn::module::Module
for ResidualTagger<W, N>
where
    W: Named,
{
    fn visit<Visitor: ::hls_train::burn::module::ModuleVisitor>(
        &self,
        visitor: &mut Visitor,
    ) {
        visitor.enter_module("fc1", "Struct:ResidualTagger");
        <Dense<
            N,
            32,
            W,
        > as ::hls_train::burn::module::Module>::visit(&self.fc1, visitor);
        visitor.exit_module("fc1", "Struct:ResidualTagger");
        visitor.enter_module("relu1", "Struct:ResidualTagger");
        <Relu<
            UFixed<8, 3, Rnd, Sat>,
        > as ::hls_train::burn::module::Module>::visit(&self.relu1, visitor);
        visitor.exit_module("relu1", "Struct:ResidualTagger");
        visitor.enter_module("fc2", "Struct:ResidualTagger");
        <Dense<
            32,
            32,
            W,
        > as ::hls_train::burn::module::Module>::visit(&self.fc2, visitor);
        visitor.exit_module("fc2", "Struct:ResidualTagger");
        visitor.enter_module("skip", "Struct:ResidualTagger");
        <Add<
            Fixed<12, 5, Rnd, Sat>,
        > as ::hls_train::burn::module::Module>::visit(&self.skip, visitor);
        visitor.exit_module("skip", "Struct:ResidualTagger");
        visitor.enter_module("classes", "Struct:ResidualTagger");
        <Dense<
            32,
            5,
            W,
            W,
            Fixed<16, 8>,
        > as ::hls_train::burn::module::Module>::visit(&self.classes, visitor);
        visitor.exit_module("classes", "Struct:ResidualTagger");
        visitor.enter_module("energy", "Struct:ResidualTagger");
        <Dense<
            32,
            1,
            Fixed<8, 2>,
        > as ::hls_train::burn::module::Module>::visit(&self.energy, visitor);
        visitor.exit_module("energy", "Struct:ResidualTagger");
    }
    fn map<Mapper: ::hls_train::burn::module::ModuleMapper>(
        self,
        mapper: &mut Mapper,
    ) -> Self {
        mapper.enter_module("fc1", "Struct:ResidualTagger");
        let fc1 = <Dense<
            N,
            32,
            W,
        > as ::hls_train::burn::module::Module>::map(self.fc1, mapper);
        mapper.exit_module("fc1", "Struct:ResidualTagger");
        mapper.enter_module("relu1", "Struct:ResidualTagger");
        let relu1 = <Relu<
            UFixed<8, 3, Rnd, Sat>,
        > as ::hls_train::burn::module::Module>::map(self.relu1, mapper);
        mapper.exit_module("relu1", "Struct:ResidualTagger");
        mapper.enter_module("fc2", "Struct:ResidualTagger");
        let fc2 = <Dense<
            32,
            32,
            W,
        > as ::hls_train::burn::module::Module>::map(self.fc2, mapper);
        mapper.exit_module("fc2", "Struct:ResidualTagger");
        mapper.enter_module("skip", "Struct:ResidualTagger");
        let skip = <Add<
            Fixed<12, 5, Rnd, Sat>,
        > as ::hls_train::burn::module::Module>::map(self.skip, mapper);
        mapper.exit_module("skip", "Struct:ResidualTagger");
        mapper.enter_module("classes", "Struct:ResidualTagger");
        let classes = <Dense<
            32,
            5,
            W,
            W,
            Fixed<16, 8>,
        > as ::hls_train::burn::module::Module>::map(self.classes, mapper);
        mapper.exit_module("classes", "Struct:ResidualTagger");
        mapper.enter_module("energy", "Struct:ResidualTagger");
        let energy = <Dense<
            32,
            1,
            Fixed<8, 2>,
        > as ::hls_train::burn::module::Module>::map(self.energy, mapper);
        mapper.exit_module("energy", "Struct:ResidualTagger");
        Self {
            fc1,
            relu1,
            fc2,
            skip,
            classes,
            energy,
        }
    }
    fn collect_devices(
        &self,
        devices: ::hls_train::burn::module::Devices,
    ) -> ::hls_train::burn::module::Devices {
        let devices = <Dense<
            N,
            32,
            W,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.fc1, devices);
        let devices = <Relu<
            UFixed<8, 3, Rnd, Sat>,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.relu1, devices);
        let devices = <Dense<
            32,
            32,
            W,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.fc2, devices);
        let devices = <Add<
            Fixed<12, 5, Rnd, Sat>,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.skip, devices);
        let devices = <Dense<
            32,
            5,
            W,
            W,
            Fixed<16, 8>,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.classes, devices);
        let devices = <Dense<
            32,
            1,
            Fixed<8, 2>,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.energy, devices);
        devices
    }
    fn to_device(self, device: &::hls_train::__private::Device) -> Self {
        Self {
            fc1: <Dense<
                N,
                32,
                W,
            > as ::hls_train::burn::module::Module>::to_device(self.fc1, device),
            relu1: <Relu<
                UFixed<8, 3, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::to_device(self.relu1, device),
            fc2: <Dense<
                32,
                32,
                W,
            > as ::hls_train::burn::module::Module>::to_device(self.fc2, device),
            skip: <Add<
                Fixed<12, 5, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::to_device(self.skip, device),
            classes: <Dense<
                32,
                5,
                W,
                W,
                Fixed<16, 8>,
            > as ::hls_train::burn::module::Module>::to_device(self.classes, device),
            energy: <Dense<
                32,
                1,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::to_device(self.energy, device),
        }
    }
    fn fork(self, device: &::hls_train::__private::Device) -> Self {
        Self {
            fc1: <Dense<
                N,
                32,
                W,
            > as ::hls_train::burn::module::Module>::fork(self.fc1, device),
            relu1: <Relu<
                UFixed<8, 3, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::fork(self.relu1, device),
            fc2: <Dense<
                32,
                32,
                W,
            > as ::hls_train::burn::module::Module>::fork(self.fc2, device),
            skip: <Add<
                Fixed<12, 5, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::fork(self.skip, device),
            classes: <Dense<
                32,
                5,
                W,
                W,
                Fixed<16, 8>,
            > as ::hls_train::burn::module::Module>::fork(self.classes, device),
            energy: <Dense<
                32,
                1,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::fork(self.energy, device),
        }
    }
    fn valid(&self) -> Self {
        Self {
            fc1: <Dense<
                N,
                32,
                W,
            > as ::hls_train::burn::module::Module>::valid(&self.fc1),
            relu1: <Relu<
                UFixed<8, 3, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::valid(&self.relu1),
            fc2: <Dense<
                32,
                32,
                W,
            > as ::hls_train::burn::module::Module>::valid(&self.fc2),
            skip: <Add<
                Fixed<12, 5, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::valid(&self.skip),
            classes: <Dense<
                32,
                5,
                W,
                W,
                Fixed<16, 8>,
            > as ::hls_train::burn::module::Module>::valid(&self.classes),
            energy: <Dense<
                32,
                1,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::valid(&self.energy),
        }
    }
    fn train(self) -> Self {
        Self {
            fc1: <Dense<N, 32, W> as ::hls_train::burn::module::Module>::train(self.fc1),
            relu1: <Relu<
                UFixed<8, 3, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::train(self.relu1),
            fc2: <Dense<
                32,
                32,
                W,
            > as ::hls_train::burn::module::Module>::train(self.fc2),
            skip: <Add<
                Fixed<12, 5, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::train(self.skip),
            classes: <Dense<
                32,
                5,
                W,
                W,
                Fixed<16, 8>,
            > as ::hls_train::burn::module::Module>::train(self.classes),
            energy: <Dense<
                32,
                1,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::train(self.energy),
        }
    }
    fn materialize(self) -> Self {
        Self {
            fc1: <Dense<
                N,
                32,
                W,
            > as ::hls_train::burn::module::Module>::materialize(self.fc1),
            relu1: <Relu<
                UFixed<8, 3, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::materialize(self.relu1),
            fc2: <Dense<
                32,
                32,
                W,
            > as ::hls_train::burn::module::Module>::materialize(self.fc2),
            skip: <Add<
                Fixed<12, 5, Rnd, Sat>,
            > as ::hls_train::burn::module::Module>::materialize(self.skip),
            classes: <Dense<
                32,
                5,
                W,
                W,
                Fixed<16, 8>,
            > as ::hls_train::burn::module::Module>::materialize(self.classes),
            energy: <Dense<
                32,
                1,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::materialize(self.energy),
        }
    }
}
#[automatically_derived]
impl<W: Quantizer, const N: usize> ::hls_train::burn::module::ModuleDisplayDefault
for ResidualTagger<W, N>
where
    W: Named,
{
    fn content(
        &self,
        content: ::hls_train::burn::module::Content,
    ) -> ::core::option::Option<::hls_train::burn::module::Content> {
        let content = content.set_top_level_type("ResidualTagger");
        let content = content.add("fc1", &self.fc1);
        let content = content.add("relu1", &self.relu1);
        let content = content.add("fc2", &self.fc2);
        let content = content.add("skip", &self.skip);
        let content = content.add("classes", &self.classes);
        let content = content.add("energy", &self.energy);
        content.optional()
    }
    fn num_params(&self) -> usize {
        ::hls_train::burn::module::Module::num_params(self)
    }
}
#[automatically_derived]
impl<W: Quantizer, const N: usize> ::hls_train::burn::module::ModuleDisplay
for ResidualTagger<W, N>
where
    W: Named,
{}
#[automatically_derived]
impl<W: Quantizer, const N: usize> ::core::fmt::Display for ResidualTagger<W, N>
where
    W: Named,
{
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        let text = ::hls_train::burn::module::ModuleDisplay::format(
            self,
            ::core::default::Default::default(),
        );
        formatter.write_str(&text)
    }
}
