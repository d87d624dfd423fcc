#ifndef NNET_DENSE_PRUNED_RESOURCE_H_
#define NNET_DENSE_PRUNED_RESOURCE_H_

#include "platform.h"

namespace nnet {

// As dense_resource, with the lanes that have a weight other than zero only: lane[l] is which one the l-th is. The others
// are no multipliers and no memory.
template <class data_T, class res_T, typename CONFIG_T>
void dense_pruned_resource(const data_T data[CONFIG_T::groups * CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                           const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::lanes * CONFIG_T::reuse_factor],
                           const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out],
                           const typename raw<typename CONFIG_T::lane_t>::type lane[CONFIG_T::lanes]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=weight,bias,lane)
    HLS_PRAGMA(ARRAY_RESHAPE variable=weight block factor=CONFIG_T::lanes)
    HLS_PRAGMA(ARRAY_PARTITION variable=bias cyclic factor=CONFIG_T::outputs_at_once)
    HLS_PRAGMA(ARRAY_PARTITION variable=lane complete)

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
            // The products first: the next turn waits for one addition only.
            sum_t products[CONFIG_T::outputs_at_once];
            HLS_PRAGMA(ARRAY_PARTITION variable=products complete)
            HLS_LABEL(Start)
            for (unsigned output = 0; output < CONFIG_T::outputs_at_once; output++) {
                HLS_PRAGMA(UNROLL)
                products[output] = 0;
            }
            HLS_LABEL(Lanes)
            for (unsigned l = 0; l < CONFIG_T::lanes; l++) {
                HLS_PRAGMA(UNROLL)
                const unsigned output = unsigned(lane[l]) / CONFIG_T::lanes_per_output;
                const unsigned k = unsigned(lane[l]) % CONFIG_T::lanes_per_output;
                const unsigned j = row * CONFIG_T::outputs_at_once + output;
                // Where the inputs of the output's group begin.
                const unsigned first = j / (CONFIG_T::n_out / CONFIG_T::groups) * CONFIG_T::n_in;
                product::template add<CONFIG_T>(products[output], data[first + turn * CONFIG_T::lanes_per_output + k],
                                                weight[l * CONFIG_T::reuse_factor + row * turns + turn]);
            }
            HLS_LABEL(Outputs)
            for (unsigned output = 0; output < CONFIG_T::outputs_at_once; output++) {
                HLS_PRAGMA(UNROLL)
                const unsigned j = row * CONFIG_T::outputs_at_once + output;
                if (turn == 0)
                    acc[output] = product::template start<CONFIG_T>(from_raw<typename CONFIG_T::bias_t>(bias[j]));
                acc[output] += products[output];
                if (turn == turns - 1)
                    res[j] = product::template finish<CONFIG_T>(acc[output], from_raw<typename CONFIG_T::bias_t>(bias[j]), j);
            }
        }
    }
}

// The same as the kernel of a window.
struct dense_pruned_resource_kernel {
    template <class data_T, class res_T, typename CONFIG_T>
    static void run(const data_T window[CONFIG_T::groups * CONFIG_T::n_in], unsigned, res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::lanes * CONFIG_T::reuse_factor],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::lane_t>::type lane[CONFIG_T::lanes]) {
        HLS_PRAGMA(INLINE)
        dense_pruned_resource<data_T, res_T, CONFIG_T>(window, res, weight, bias, lane);
    }
};

} // namespace nnet

#endif
