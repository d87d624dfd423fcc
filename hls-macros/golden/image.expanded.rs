#[derive(::core::clone::Clone, ::core::fmt::Debug)]
struct Image {
    double: Add<Fixed<9, 1>>,
    flatten: Flatten,
    fc1: Dense<{ SIDE * SIDE }, 10, W4>,
}
#[allow(dead_code)]
impl Image {
    /// The model with fresh weights on `device`.
    pub fn init(device: &::hls_train::__private::Device) -> Self {
        Self {
            double: <Add<Fixed<9, 1>> as ::hls_train::__private::Layer>::init(device),
            flatten: <Flatten as ::hls_train::__private::Layer>::init(device),
            fc1: <Dense<
                { SIDE * SIDE },
                10,
                W4,
            > as ::hls_train::__private::Layer>::init(device),
        }
    }
    /// The quantized forward pass: from `[batch, input dimensions..]`, channels last, to `[batch, features]` of `fc1`.
    pub fn forward(
        &self,
        input: ::hls_train::__private::Tensor<4>,
    ) -> ::hls_train::__private::Tensor<2> {
        let input = ::hls_train::__private::Value::input(
            input,
            <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE,
            <Self as ::hls_train::__private::HlsModel>::INPUT,
        );
        let [fc1] = self.__hls_outputs(input);
        fc1.into_tensor()
    }
    fn __hls_outputs(
        &self,
        input: ::hls_train::__private::Value,
    ) -> [::hls_train::__private::Value; 1] {
        let double = <Add<
            Fixed<9, 1>,
        > as ::hls_train::__private::Layer>::forward(&self.double, &[&input, &input]);
        let flatten = <Flatten as ::hls_train::__private::Layer>::forward(
            &self.flatten,
            &[&double],
        );
        let fc1 = <Dense<
            { SIDE * SIDE },
            10,
            W4,
        > as ::hls_train::__private::Layer>::forward(&self.fc1, &[&flatten]);
        [fc1]
    }
    #[doc(hidden)]
    const __HLS_OUTPUT_SHAPES: ::core::result::Result<
        [::hls_train::__private::Shape; 1],
        (usize, ::hls_train::__private::Message),
    > = 'fold: {
        let input = <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE;
        let double = match <Add<Fixed<9, 1>> as ::hls_train::__private::Layer>::RULE
            .infer(
                "double",
                &[
                    ::hls_train::__private::Source {
                        name: "input",
                        shape: input,
                        rule: ::core::option::Option::None,
                        readers: 1,
                    },
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
        let flatten = match <Flatten as ::hls_train::__private::Layer>::RULE
            .infer(
                "flatten",
                &[
                    ::hls_train::__private::Source {
                        name: "double",
                        shape: double,
                        rule: ::core::option::Option::Some(
                            <Add<Fixed<9, 1>> as ::hls_train::__private::Layer>::RULE,
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
        let fc1 = match <Dense<
            { SIDE * SIDE },
            10,
            W4,
        > as ::hls_train::__private::Layer>::RULE
            .infer(
                "fc1",
                &[
                    ::hls_train::__private::Source {
                        name: "flatten",
                        shape: flatten,
                        rule: ::core::option::Option::Some(
                            <Flatten as ::hls_train::__private::Layer>::RULE,
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
        ::core::result::Result::Ok([fc1])
    };
}
#[automatically_derived]
impl ::hls_train::__private::HlsModel for Image {
    const NAME: &'static str = "image";
    const INPUT: ::hls_train::__private::FixedType = <UFixed<
        8,
        0,
    > as ::hls_train::__private::Quantizer>::TYPE;
    const INPUT_SHAPE: ::hls_train::__private::Shape = ::hls_train::__private::Shape::new([
        SIDE,
        SIDE,
        { 2 - 1 },
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
        io_type: ::hls_train::__private::IoType::IoStream,
        reuse_factor: FACTOR / 2,
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
        let double = <Add<
            Fixed<9, 1>,
        > as ::hls_train::__private::Layer>::forward(&self.double, &[&input, &input]);
        let flatten = <Flatten as ::hls_train::__private::Layer>::forward(
            &self.flatten,
            &[&double],
        );
        let fc1 = <Dense<
            { SIDE * SIDE },
            10,
            W4,
        > as ::hls_train::__private::Layer>::forward(&self.fc1, &[&flatten]);
        ::std::vec![("double", double), ("flatten", flatten), ("fc1", fc1)]
    }
    fn lower(
        &self,
        __lowering: &mut ::hls_train::__private::Lowering,
    ) -> ::std::vec::Vec<::hls_train::__private::Lowered> {
        let input = __lowering.input();
        let double = <Add<
            Fixed<9, 1>,
        > as ::hls_train::__private::Layer>::lower_into(
            &self.double,
            __lowering,
            &::hls_train::__private::Site {
                name: "double",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::None,
                    strategy: ::core::option::Option::None,
                    fifo_depth: ::core::option::Option::Some(2 * SIDE),
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&input, &input],
        );
        let flatten = <Flatten as ::hls_train::__private::Layer>::lower_into(
            &self.flatten,
            __lowering,
            &::hls_train::__private::Site {
                name: "flatten",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::None,
                    strategy: ::core::option::Option::None,
                    fifo_depth: ::core::option::Option::None,
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&double],
        );
        let fc1 = <Dense<
            { SIDE * SIDE },
            10,
            W4,
        > as ::hls_train::__private::Layer>::lower_into(
            &self.fc1,
            __lowering,
            &::hls_train::__private::Site {
                name: "fc1",
                file: ::core::file!(),
                line: ::core::line!(),
                attributes: ::hls_train::__private::LayerAttributes {
                    reuse_factor: ::core::option::Option::None,
                    strategy: ::core::option::Option::Some(
                        ::hls_train::__private::Strategy::Unrolled,
                    ),
                    fifo_depth: ::core::option::Option::None,
                    parallelization_factor: ::core::option::Option::None,
                },
            },
            &[&flatten],
        );
        ::std::vec![fc1]
    }
    fn precisions(
        &mut self,
    ) -> ::std::vec::Vec<
        (::std::string::String, &mut ::hls_train::__private::Precision),
    > {
        let mut precisions = ::std::vec::Vec::new();
        for (name, precision) in <Add<
            Fixed<9, 1>,
        > as ::hls_train::__private::Layer>::precisions(&mut self.double) {
            precisions.push((::std::format!("{}.{}", "double", name), precision));
        }
        for (name, precision) in <Flatten as ::hls_train::__private::Layer>::precisions(
            &mut self.flatten,
        ) {
            precisions.push((::std::format!("{}.{}", "flatten", name), precision));
        }
        for (name, precision) in <Dense<
            { SIDE * SIDE },
            10,
            W4,
        > as ::hls_train::__private::Layer>::precisions(&mut self.fc1) {
            precisions.push((::std::format!("{}.{}", "fc1", name), precision));
        }
        precisions
    }
}
#[automatically_derived]
impl ::hls_train::burn::module::Module for Image {
    fn visit<Visitor: ::hls_train::burn::module::ModuleVisitor>(
        &self,
        visitor: &mut Visitor,
    ) {
        visitor.enter_module("double", "Struct:Image");
        <Add<
            Fixed<9, 1>,
        > as ::hls_train::burn::module::Module>::visit(&self.double, visitor);
        visitor.exit_module("double", "Struct:Image");
        visitor.enter_module("flatten", "Struct:Image");
        <Flatten as ::hls_train::burn::module::Module>::visit(&self.flatten, visitor);
        visitor.exit_module("flatten", "Struct:Image");
        visitor.enter_module("fc1", "Struct:Image");
        <Dense<
            { SIDE * SIDE },
            10,
            W4,
        > as ::hls_train::burn::module::Module>::visit(&self.fc1, visitor);
        visitor.exit_module("fc1", "Struct:Image");
    }
    fn map<Mapper: ::hls_train::burn::module::ModuleMapper>(
        self,
        mapper: &mut Mapper,
    ) -> Self {
        mapper.enter_module("double", "Struct:Image");
        let double = <Add<
            Fixed<9, 1>,
        > as ::hls_train::burn::module::Module>::map(self.double, mapper);
        mapper.exit_module("double", "Struct:Image");
        mapper.enter_module("flatten", "Struct:Image");
        let flatten = <Flatten as ::hls_train::burn::module::Module>::map(
            self.flatten,
            mapper,
        );
        mapper.exit_module("flatten", "Struct:Image");
        mapper.enter_module("fc1", "Struct:Image");
        let fc1 = <Dense<
            { SIDE * SIDE },
            10,
            W4,
        > as ::hls_train::burn::module::Module>::map(self.fc1, mapper);
        mapper.exit_module("fc1", "Struct:Image");
        Self { double, flatten, fc1 }
    }
    fn collect_devices(
        &self,
        devices: ::hls_train::burn::module::Devices,
    ) -> ::hls_train::burn::module::Devices {
        let devices = <Add<
            Fixed<9, 1>,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.double, devices);
        let devices = <Flatten as ::hls_train::burn::module::Module>::collect_devices(
            &self.flatten,
            devices,
        );
        let devices = <Dense<
            { SIDE * SIDE },
            10,
            W4,
        > as ::hls_train::burn::module::Module>::collect_devices(&self.fc1, devices);
        devices
    }
    fn to_device(self, device: &::hls_train::__private::Device) -> Self {
        Self {
            double: <Add<
                Fixed<9, 1>,
            > as ::hls_train::burn::module::Module>::to_device(self.double, device),
            flatten: <Flatten as ::hls_train::burn::module::Module>::to_device(
                self.flatten,
                device,
            ),
            fc1: <Dense<
                { SIDE * SIDE },
                10,
                W4,
            > as ::hls_train::burn::module::Module>::to_device(self.fc1, device),
        }
    }
    fn fork(self, device: &::hls_train::__private::Device) -> Self {
        Self {
            double: <Add<
                Fixed<9, 1>,
            > as ::hls_train::burn::module::Module>::fork(self.double, device),
            flatten: <Flatten as ::hls_train::burn::module::Module>::fork(
                self.flatten,
                device,
            ),
            fc1: <Dense<
                { SIDE * SIDE },
                10,
                W4,
            > as ::hls_train::burn::module::Module>::fork(self.fc1, device),
        }
    }
    fn valid(&self) -> Self {
        Self {
            double: <Add<
                Fixed<9, 1>,
            > as ::hls_train::burn::module::Module>::valid(&self.double),
            flatten: <Flatten as ::hls_train::burn::module::Module>::valid(
                &self.flatten,
            ),
            fc1: <Dense<
                { SIDE * SIDE },
                10,
                W4,
            > as ::hls_train::burn::module::Module>::valid(&self.fc1),
        }
    }
    fn train(self) -> Self {
        Self {
            double: <Add<
                Fixed<9, 1>,
            > as ::hls_train::burn::module::Module>::train(self.double),
            flatten: <Flatten as ::hls_train::burn::module::Module>::train(self.flatten),
            fc1: <Dense<
                { SIDE * SIDE },
                10,
                W4,
            > as ::hls_train::burn::module::Module>::train(self.fc1),
        }
    }
    fn materialize(self) -> Self {
        Self {
            double: <Add<
                Fixed<9, 1>,
            > as ::hls_train::burn::module::Module>::materialize(self.double),
            flatten: <Flatten as ::hls_train::burn::module::Module>::materialize(
                self.flatten,
            ),
            fc1: <Dense<
                { SIDE * SIDE },
                10,
                W4,
            > as ::hls_train::burn::module::Module>::materialize(self.fc1),
        }
    }
}
#[automatically_derived]
impl ::hls_train::burn::module::ModuleDisplayDefault for Image {
    fn content(
        &self,
        content: ::hls_train::burn::module::Content,
    ) -> ::core::option::Option<::hls_train::burn::module::Content> {
        let content = content.set_top_level_type("Image");
        let content = content.add("double", &self.double);
        let content = content.add("flatten", &self.flatten);
        let content = content.add("fc1", &self.fc1);
        content.optional()
    }
    fn num_params(&self) -> usize {
        ::hls_train::burn::module::Module::num_params(self)
    }
}
#[automatically_derived]
impl ::hls_train::burn::module::ModuleDisplay for Image {}
#[automatically_derived]
impl ::core::fmt::Display for Image {
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
        &[("input", <UFixed<8, 0> as ::hls_train::__private::Quantizer>::TYPE)],
    ) {
        ::core::panic!("{}", message.as_str())
    }
};
const _: () = {
    if let ::core::result::Result::Err(message) = <Add<
        Fixed<9, 1>,
    > as ::hls_train::__private::Layer>::LEGAL {
        let message = ::hls_train::__private::Message::new()
            .text("layer `double`: ")
            .text(message.as_str());
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err(message) = <Add<
        Fixed<9, 1>,
    > as ::hls_train::__private::Layer>::RULE
        .accepts("double", &<Image as ::hls_train::__private::HlsModel>::INPUT)
    {
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err((0usize, message)) = Image::__HLS_OUTPUT_SHAPES {
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err(message) = <Add<
        Fixed<9, 1>,
    > as ::hls_train::__private::Layer>::RULE
        .hardware(
            "double",
            &::hls_train::__private::LayerAttributes {
                reuse_factor: ::core::option::Option::None,
                strategy: ::core::option::Option::None,
                fifo_depth: ::core::option::Option::Some(2 * SIDE),
                parallelization_factor: ::core::option::Option::None,
            },
            &<Image as ::hls_train::__private::HlsModel>::ATTRIBUTES,
        )
    {
        ::core::panic!("{}", message.as_str())
    }
};
const _: () = {
    if let ::core::result::Result::Err(message) = <Flatten as ::hls_train::__private::Layer>::LEGAL {
        let message = ::hls_train::__private::Message::new()
            .text("layer `flatten`: ")
            .text(message.as_str());
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err((1usize, message)) = Image::__HLS_OUTPUT_SHAPES {
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err(message) = <Flatten as ::hls_train::__private::Layer>::RULE
        .hardware(
            "flatten",
            &::hls_train::__private::LayerAttributes {
                reuse_factor: ::core::option::Option::None,
                strategy: ::core::option::Option::None,
                fifo_depth: ::core::option::Option::None,
                parallelization_factor: ::core::option::Option::None,
            },
            &<Image as ::hls_train::__private::HlsModel>::ATTRIBUTES,
        )
    {
        ::core::panic!("{}", message.as_str())
    }
};
const _: () = {
    if let ::core::result::Result::Err(message) = <Dense<
        { SIDE * SIDE },
        10,
        W4,
    > as ::hls_train::__private::Layer>::LEGAL {
        let message = ::hls_train::__private::Message::new()
            .text("layer `fc1`: ")
            .text(message.as_str());
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err((2usize, message)) = Image::__HLS_OUTPUT_SHAPES {
        ::core::panic!("{}", message.as_str())
    }
    if let ::core::result::Result::Err(message) = <Dense<
        { SIDE * SIDE },
        10,
        W4,
    > as ::hls_train::__private::Layer>::RULE
        .hardware(
            "fc1",
            &::hls_train::__private::LayerAttributes {
                reuse_factor: ::core::option::Option::None,
                strategy: ::core::option::Option::Some(
                    ::hls_train::__private::Strategy::Unrolled,
                ),
                fifo_depth: ::core::option::Option::None,
                parallelization_factor: ::core::option::Option::None,
            },
            &<Image as ::hls_train::__private::HlsModel>::ATTRIBUTES,
        )
    {
        ::core::panic!("{}", message.as_str())
    }
};
