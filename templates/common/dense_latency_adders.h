#ifndef NNET_DENSE_LATENCY_ADDERS_H_
#define NNET_DENSE_LATENCY_ADDERS_H_

#include "dense_latency.h"

namespace nnet {

// As dense_latency, for products that take no multiplier: there is none to share.
template <class data_T, class res_T, typename CONFIG_T>
void dense_latency_adders(const data_T data[CONFIG_T::groups * CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                          const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                          const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=weight,bias)
    HLS_PRAGMA(PIPELINE II=CONFIG_T::reuse_factor)
    HLS_PRAGMA(ARRAY_PARTITION variable=weight complete)
    HLS_PRAGMA(ARRAY_PARTITION variable=bias complete)
    dense_latency_sums<data_T, res_T, CONFIG_T>(data, res, weight, bias);
}

// The same as the kernel of a window.
struct dense_latency_adders_kernel {
    template <class data_T, class res_T, typename CONFIG_T>
    static void run(const data_T window[CONFIG_T::groups * CONFIG_T::n_in], unsigned, res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
        HLS_PRAGMA(INLINE)
        dense_latency_adders<data_T, res_T, CONFIG_T>(window, res, weight, bias);
    }
};

} // namespace nnet

#endif
