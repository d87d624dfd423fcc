#ifndef NNET_DENSE_RESOURCE_H_
#define NNET_DENSE_RESOURCE_H_

#include "platform.h"

namespace nnet {

// res[j] = bias[j] + sum over i of data[i] * weight of i and j, in reuse_factor turns; CONFIG_T::product forms the
// products.
//
// The multipliers (lanes) work for outputs_at_once outputs at a time, lanes_per_output of them for each. In a turn the
// lanes of an output read consecutive inputs; after the last turn of a row the next outputs_at_once follow. So only the
// outputs under way are in registers, and inputs and outputs may be memories with a bank for each lane, of which every
// turn reads one word. The weights are a memory of reuse_factor words: word t holds what every lane needs in turn t.
template <class data_T, class res_T, typename CONFIG_T>
void dense_resource(const data_T data[CONFIG_T::groups * CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=weight,bias)
    HLS_PRAGMA(ARRAY_RESHAPE variable=weight block factor=CONFIG_T::lanes)
    HLS_PRAGMA(ARRAY_PARTITION variable=bias cyclic factor=CONFIG_T::outputs_at_once)

    static const unsigned rows = CONFIG_T::n_out / CONFIG_T::outputs_at_once;
    static const unsigned turns = CONFIG_T::reuse_factor / rows;

    typedef typename CONFIG_T::product product;
    typedef typename product::template sum<CONFIG_T>::type sum_t;
    sum_t acc[CONFIG_T::outputs_at_once];
    HLS_PRAGMA(ARRAY_PARTITION variable=acc complete)

    HLS_LABEL(Rows)
    for (unsigned row = 0; row < rows; row++) {
        HLS_LABEL(Turns)
        for (unsigned turn = 0; turn < turns; turn++) {
            HLS_PRAGMA(PIPELINE II=1)
            HLS_LABEL(Outputs)
            for (unsigned output = 0; output < CONFIG_T::outputs_at_once; output++) {
                HLS_PRAGMA(UNROLL)
                const unsigned j = row * CONFIG_T::outputs_at_once + output;
                // Where the inputs of the output's group begin.
                const unsigned first = j / (CONFIG_T::n_out / CONFIG_T::groups) * CONFIG_T::n_in;
                // The products first: the next turn waits for one addition only.
                sum_t products = 0;
                HLS_LABEL(Lanes)
                for (unsigned k = 0; k < CONFIG_T::lanes_per_output; k++) {
                    HLS_PRAGMA(UNROLL)
                    const unsigned lane = output * CONFIG_T::lanes_per_output + k;
                    product::template add<CONFIG_T>(products, data[first + turn * CONFIG_T::lanes_per_output + k],
                                                    weight[lane * CONFIG_T::reuse_factor + row * turns + turn]);
                }
                if (turn == 0)
                    acc[output] = product::template start<CONFIG_T>(from_raw<typename CONFIG_T::bias_t>(bias[j]));
                acc[output] += products;
                if (turn == turns - 1)
                    res[j] = product::template finish<CONFIG_T>(acc[output], from_raw<typename CONFIG_T::bias_t>(bias[j]), j);
            }
        }
    }
}

// The same as the kernel of a window.
struct dense_resource_kernel {
    template <class data_T, class res_T, typename CONFIG_T>
    static void run(const data_T window[CONFIG_T::groups * CONFIG_T::n_in], unsigned, res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
        HLS_PRAGMA(INLINE)
        dense_resource<data_T, res_T, CONFIG_T>(window, res, weight, bias);
    }
};

} // namespace nnet

#endif
