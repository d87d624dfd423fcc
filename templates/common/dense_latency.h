#ifndef NNET_DENSE_LATENCY_H_
#define NNET_DENSE_LATENCY_H_

#include "platform.h"

namespace nnet {

// All products at once, in registers; CONFIG_T::product forms them. The outputs of a group read the inputs of that group.
template <class data_T, class res_T, typename CONFIG_T>
void dense_latency_sums(const data_T data[CONFIG_T::groups * CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                        const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                        const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
    HLS_PRAGMA(INLINE)
    typedef typename CONFIG_T::product product;

    typename product::template sum<CONFIG_T>::type acc[CONFIG_T::n_out];
    HLS_PRAGMA(ARRAY_PARTITION variable=acc complete)

    HLS_LABEL(Start)
    for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
        HLS_PRAGMA(UNROLL)
        acc[j] = product::template start<CONFIG_T>(from_raw<typename CONFIG_T::bias_t>(bias[j]));
    }
    HLS_LABEL(Inputs)
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        HLS_LABEL(Outputs)
        for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
            HLS_PRAGMA(UNROLL)
            const unsigned group = j / (CONFIG_T::n_out / CONFIG_T::groups);
            product::template add<CONFIG_T>(acc[j], data[group * CONFIG_T::n_in + i], weight[i * CONFIG_T::n_out + j]);
        }
    }
    HLS_LABEL(Result)
    for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
        HLS_PRAGMA(UNROLL)
        res[j] = product::template finish<CONFIG_T>(acc[j], from_raw<typename CONFIG_T::bias_t>(bias[j]), j);
    }
}

// res[j] = bias[j] + sum over i of data[i] * weight[i][j]. With a reuse factor the tool starts a sample every reuse_factor
// clocks and may then use that many times fewer multipliers.
template <class data_T, class res_T, typename CONFIG_T>
void dense_latency(const data_T data[CONFIG_T::groups * CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                   const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                   const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=weight,bias)
    HLS_PRAGMA(PIPELINE II=CONFIG_T::reuse_factor)
    HLS_PRAGMA(ARRAY_PARTITION variable=weight complete)
    HLS_PRAGMA(ARRAY_PARTITION variable=bias complete)
    HLS_PRAGMA(ALLOCATION operation instances=mul limit=CONFIG_T::multiplier_limit)
    dense_latency_sums<data_T, res_T, CONFIG_T>(data, res, weight, bias);
}

// The same as the kernel of a window.
struct dense_latency_kernel {
    template <class data_T, class res_T, typename CONFIG_T>
    static void run(const data_T window[CONFIG_T::groups * CONFIG_T::n_in], unsigned, res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
        HLS_PRAGMA(INLINE)
        dense_latency<data_T, res_T, CONFIG_T>(window, res, weight, bias);
    }
};

} // namespace nnet

#endif
