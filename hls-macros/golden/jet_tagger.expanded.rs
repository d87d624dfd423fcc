#[derive(::core::clone::Clone, ::core::fmt::Debug)]
/// Jets.
pub struct JetTagger {
    fc1: Dense<16, 64, W6>,
    /// The first activation.
    pub relu1: Relu<A6>,
    fc2: Dense<64, 5, W6, Fixed<8, 2>>,
}
#[allow(dead_code)]
impl JetTagger {
    /// The model with fresh weights on `device`.
    pub fn init(device: &::hls_train::__private::Device) -> Self {
        Self {
            fc1: <Dense<16, 64, W6> as ::hls_train::__private::Layer>::init(device),
            relu1: <Relu<A6> as ::hls_train::__private::Layer>::init(device),
            fc2: <Dense<
                64,
                5,
                W6,
                Fixed<8, 2>,
            > as ::hls_train::__private::Layer>::init(device),
        }
    }
    /// The quantized forward pass: from `[batch, input dimensions..]`, channels last, to `[batch, features]` of `fc2`.
    pub fn forward(
        &self,
        input: ::hls_train::__private::Tensor<2>,
    ) -> ::hls_train::__private::Tensor<2> {
        let input = ::hls_train::__private::Value::input(
            input,
            <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE,
            <Self as ::hls_train::__private::HlsModel>::INPUT,
        );
        let [fc2] = self.__hls_outputs(input);
        fc2.into_tensor()
    }
    fn __hls_outputs(
        &self,
        input: ::hls_train::__private::Value,
    ) -> [::hls_train::__private::Value; 1] {
        let fc1 = <Dense<
            16,
            64,
            W6,
        > as ::hls_train::__private::Layer>::forward(&self.fc1, &[&input]);
        let relu1 = <Relu<
            A6,
        > as ::hls_train::__private::Layer>::forward(&self.relu1, &[&fc1]);
        let fc2 = <Dense<
            64,
            5,
            W6,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::forward(&self.fc2, &[&relu1]);
        [fc2]
    }
    #[doc(hidden)]
    const __HLS_OUTPUT_SHAPES: ::core::result::Result<
        [::hls_train::__private::Shape; 1],
        (usize, ::hls_train::__private::Message),
    > = 'fold: {
        let input = <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE;
        let fc1 = match <Dense<16, 64, W6> as ::hls_train::__private::Layer>::RULE
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
        let relu1 = match <Relu<A6> as ::hls_train::__private::Layer>::RULE
            .infer(
                "relu1",
                &[
                    ::hls_train::__private::Source {
                        name: "fc1",
                        shape: fc1,
                        rule: ::core::option::Option::Some(
                            <Dense<16, 64, W6> as ::hls_train::__private::Layer>::RULE,
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
        let fc2 = match <Dense<
            64,
            5,
            W6,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::RULE
            .infer(
                "fc2",
                &[
                    ::hls_train::__private::Source {
                        name: "relu1",
                        shape: relu1,
                        rule: ::core::option::Option::Some(
                            <Relu<A6> as ::hls_train::__private::Layer>::RULE,
                        ),
                        readers: 1,
                    },
                ],
            )
        {
            ::core::result::Result::Ok(shape) => shape,
            ::core::result::Result::Err(message) => {
                break 'fold ::core::result::Result::Err((2usize, message));
            }
        };
        ::core::result::Result::Ok([fc2])
    };
}
#[automatically_derived]
impl ::hls_train::__private::HlsModel for JetTagger {
    const NAME: &'static str = "jet_tagger";
    const INPUT: ::hls_train::__private::FixedType = <Fixed<
        16,
        6,
    > as ::hls_train::__private::Quantizer>::TYPE;
    const INPUT_SHAPE: ::hls_train::__private::Shape = ::hls_train::__private::Shape::new([
        16,
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
        strategy: ::hls_train::__private::Strategy::Latency,
        reuse_factor: 1,
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
            16,
            64,
            W6,
        > as ::hls_train::__private::Layer>::forward(&self.fc1, &[&input]);
        let relu1 = <Relu<
            A6,
        > as ::hls_train::__private::Layer>::forward(&self.relu1, &[&fc1]);
        let fc2 = <Dense<
            64,
            5,
            W6,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::forward(&self.fc2, &[&relu1]);
        ::std::vec![("fc1", fc1), ("relu1", relu1), ("fc2", fc2)]
    }
    fn lower(
        &self,
        __lowering: &mut ::hls_train::__private::Lowering,
    ) -> ::std::vec::Vec<::hls_train::__private::Lowered> {
        let input = __lowering.input();
        let fc1 = <Dense<
            16,
            64,
            W6,
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
            A6,
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
            64,
            5,
            W6,
            Fixed<8, 2>,
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
        ::std::vec![fc2]
    }
    fn precisions(
        &mut self,
    ) -> ::std::vec::Vec<
        (::std::string::String, &mut ::hls_train::__private::Precision),
    > {
        let mut precisions = ::std::vec::Vec::new();
        for (name, precision) in <Dense<
            16,
            64,
            W6,
        > as ::hls_train::__private::Layer>::precisions(&mut self.fc1) {
            precisions.push((::std::format!("{}.{}", "fc1", name), precision));
        }
        for (name, precision) in <Relu<
            A6,
        > as ::hls_train::__private::Layer>::precisions(&mut self.relu1) {
            precisions.push((::std::format!("{}.{}", "relu1", name), precision));
        }
        for (name, precision) in <Dense<
            64,
            5,
            W6,
            Fixed<8, 2>,
        > as ::hls_train::__private::Layer>::precisions(&mut self.fc2) {
            precisions.push((::std::format!("{}.{}", "fc2", name), precision));
        }
        precisions
    }
}
#[automatically_derived]
impl ::hls_train::burn::module::Module for JetTagger {
    fn visit<Visitor: ::hls_train::burn::module::ModuleVisitor>(
        &self,
        visitor: &mut Visitor,
    ) {
        visitor.enter_module("fc1", "Struct:JetTagger");
        <Dense<
            16,
            64,
            W6,
        > as ::hls_train::burn::module::Module>::visit(&self.fc1, visitor);
        visitor.exit_module("fc1", "Struct:JetTagger");
        visitor.enter_module("relu1", "Struct:JetTagger");
        <Relu<A6> as ::hls_train::burn::module::Module>::visit(&self.relu1, visitor);
        visitor.exit_module("relu1", "Struct:JetTagger");
        visitor.enter_module("fc2", "Struct:JetTagger");
        <Dense<
            64,
            5,
            W6,
            Fixed<8, 2>,
        > as ::hls_train::burn::module::Module>::visit(&self.fc2, visitor);
        visitor.exit_module("fc2", "Struct:JetTagger");
    }
    fn map<Mapper: ::hls_train::burn::module::ModuleMapper>(
        self,
        mapper: &mut Mapper,
    ) -> Self {
        mapper.enter_module("fc1", "Struct:JetTagger");
        let fc1 = <Dense<
            16,
            64,
            W6,
        > as ::hls_train::burn::module::Module>::map(self.fc1, mapper);
        mapper.exit_module("fc1", "Struct:JetTagger");
        mapper.enter_module("relu1", "Struct:JetTagger");
        let relu1 = <Relu<
            A6,
        > as ::hls_train::burn::module::Module>::map(self.relu1, mapper);
        mapper.exit_module("relu1", "Struct:JetTagger");
        mapper.enter_module("fc2", "Struct:JetTagger");
        let fc2 = <Dense<
            64,
            5,
            W6,
            Fixed<8, 2>,
        > as ::hls_train::burn::module::Module>::map(self.fc2, mapper);
        mapper.exit_module("fc2", "Struct:JetTagger");
        Self { fc1, relu1, fc2 }
    }
    fn collect_devices(
        &self,
        devices: ::hls_train::burn::module::Devices,
    ) -> ::hls_train::burn::module::Devices {
        let devices = <Dense<
            16,
            64,
            W6,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.fc1, devices);
        let devices = <Relu<
            A6,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.relu1, devices);
        let devices = <Dense<
            64,
            5,
            W6,
            Fixed<8, 2>,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.fc2, devices);
        devices
    }
    fn to_device(self, device: &::hls_train::__private::Device) -> Self {
        Self {
            fc1: <Dense<
                16,
                64,
                W6,
            > as ::hls_train::burn::module::Module>::to_device(self.fc1, device),
            relu1: <Relu<
                A6,
            > as ::hls_train::burn::module::Module>::to_device(self.relu1, device),
            fc2: <Dense<
                64,
                5,
                W6,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::to_device(self.fc2, device),
        }
    }
    fn fork(self, device: &::hls_train::__private::Device) -> Self {
        Self {
            fc1: <Dense<
                16,
                64,
                W6,
            > as ::hls_train::burn::module::Module>::fork(self.fc1, device),
            relu1: <Relu<
                A6,
            > as ::hls_train::burn::module::Module>::fork(self.relu1, device),
            fc2: <Dense<
                64,
                5,
                W6,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::fork(self.fc2, device),
        }
    }
    fn valid(&self) -> Self {
        Self {
            fc1: <Dense<
                16,
                64,
                W6,
            > as ::hls_train::burn::module::Module>::valid(&self.fc1),
            relu1: <Relu<A6> as ::hls_train::burn::module::Module>::valid(&self.relu1),
            fc2: <Dense<
                64,
                5,
                W6,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::valid(&self.fc2),
        }
    }
    fn train(self) -> Self {
        Self {
            fc1: <Dense<
                16,
                64,
                W6,
            > as ::hls_train::burn::module::Module>::train(self.fc1),
            relu1: <Relu<A6> as ::hls_train::burn::module::Module>::train(self.relu1),
            fc2: <Dense<
                64,
                5,
                W6,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::train(self.fc2),
        }
    }
    fn materialize(self) -> Self {
        Self {
            fc1: <Dense<
                16,
                64,
                W6,
            > as ::hls_train::burn::module::Module>::materialize(self.fc1),
            relu1: <Relu<
                A6,
            > as ::hls_train::burn::module::Module>::materialize(self.relu1),
            fc2: <Dense<
                64,
                5,
                W6,
                Fixed<8, 2>,
            > as ::hls_train::burn::module::Module>::materialize(self.fc2),
        }
    }
}
#[automatically_derived]
impl ::hls_train::burn::module::ModuleDisplayDefault for JetTagger {
    fn content(
        &self,
        content: ::hls_train::burn::module::Content,
    ) -> ::core::option::Option<::hls_train::burn::module::Content> {
        let content = content.set_top_level_type("JetTagger");
        let content = content.add("fc1", &self.fc1);
        let content = content.add("relu1", &self.relu1);
        let content = content.add("fc2", &self.fc2);
        content.optional()
    }
    fn num_params(&self) -> usize {
        ::hls_train::burn::module::Module::num_params(self)
    }
}
#[automatically_derived]
impl ::hls_train::burn::module::ModuleDisplay for JetTagger {}
#[automatically_derived]
impl ::core::fmt::Display for JetTagger {
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        let text = ::hls_train::burn::module::ModuleDisplay::format(
            self,
            ::core::default::Default::default(),
        );
        formatter.write_str(&text)
    }
}
const _: () = {
    if let ::core::result::Result::Err(message) = ::hls_train::__private::legal_types(
        &[("input", <Fixed<16, 6> as ::hls_train::__private::Quantizer>::TYPE)],
    ) {
        ::core::panic!("{}", message.as_str())
    }
};
const _: () = {
    if let ::core::result::Result::Err(message) = <Dense<
        16,
        64,
        W6,
    > as ::hls_train::__private::Layer>::LEGAL {
        let message = ::hls_train::__private::Message::new()
            .text("layer `fc1`: ")
            .text(message.as_str());
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err(message) = <Dense<
        16,
        64,
        W6,
    > as ::hls_train::__private::Layer>::RULE
        .accepts("fc1", &<JetTagger as ::hls_train::__private::HlsModel>::INPUT)
    {
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err((0usize, message)) = JetTagger::__HLS_OUTPUT_SHAPES {
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err(message) = <Dense<
        16,
        64,
        W6,
    > as ::hls_train::__private::Layer>::RULE
        .hardware(
            "fc1",
            &::hls_train::__private::LayerAttributes {
                reuse_factor: ::core::option::Option::None,
                strategy: ::core::option::Option::None,
                fifo_depth: ::core::option::Option::None,
                parallelization_factor: ::core::option::Option::None,
            },
            &<JetTagger as ::hls_train::__private::HlsModel>::ATTRIBUTES,
        )
    {
        ::core::panic!("{}", message.as_str())
    }
};
const _: () = {
    if let ::core::result::Result::Err(message) = <Relu<
        A6,
    > as ::hls_train::__private::Layer>::LEGAL {
        let message = ::hls_train::__private::Message::new()
            .text("layer `relu1`: ")
            .text(message.as_str());
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err((1usize, message)) = JetTagger::__HLS_OUTPUT_SHAPES {
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err(message) = <Relu<
        A6,
    > as ::hls_train::__private::Layer>::RULE
        .hardware(
            "relu1",
            &::hls_train::__private::LayerAttributes {
                reuse_factor: ::core::option::Option::None,
                strategy: ::core::option::Option::None,
                fifo_depth: ::core::option::Option::None,
                parallelization_factor: ::core::option::Option::None,
            },
            &<JetTagger as ::hls_train::__private::HlsModel>::ATTRIBUTES,
        )
    {
        ::core::panic!("{}", message.as_str())
    }
};
const _: () = {
    if let ::core::result::Result::Err(message) = <Dense<
        64,
        5,
        W6,
        Fixed<8, 2>,
    > as ::hls_train::__private::Layer>::LEGAL {
        let message = ::hls_train::__private::Message::new()
            .text("layer `fc2`: ")
            .text(message.as_str());
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err((2usize, message)) = JetTagger::__HLS_OUTPUT_SHAPES {
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err(message) = <Dense<
        64,
        5,
        W6,
        Fixed<8, 2>,
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
            &<JetTagger as ::hls_train::__private::HlsModel>::ATTRIBUTES,
        )
    {
        ::core::panic!("{}", message.as_str())
    }
};
