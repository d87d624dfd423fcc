#ifndef NNET_DENSE_UNROLLED_ADDERS_H_
#define NNET_DENSE_UNROLLED_ADDERS_H_

#include "dense_unrolled.h"

namespace nnet {

// As dense_unrolled, for products that take no multiplier: there is none to share.
template <class data_T, class res_T, typename CONFIG_T>
void dense_unrolled_adders(const data_T data[CONFIG_T::groups * CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                           const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_products],
                           const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out],
                           const typename raw<typename CONFIG_T::input_index_t>::type input_index[CONFIG_T::n_products],
                           const typename raw<typename CONFIG_T::output_index_t>::type output_index[CONFIG_T::n_products]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=weight,bias,input_index,output_index)
    HLS_PRAGMA(PIPELINE II=CONFIG_T::reuse_factor)
    HLS_PRAGMA(ARRAY_PARTITION variable=weight complete)
    HLS_PRAGMA(ARRAY_PARTITION variable=bias complete)
    HLS_PRAGMA(ARRAY_PARTITION variable=input_index complete)
    HLS_PRAGMA(ARRAY_PARTITION variable=output_index complete)
    dense_unrolled_sums<data_T, res_T, CONFIG_T>(data, res, weight, bias, input_index, output_index);
}

// The same as the kernel of a window.
struct dense_unrolled_adders_kernel {
    template <class data_T, class res_T, typename CONFIG_T>
    static void run(const data_T window[CONFIG_T::groups * CONFIG_T::n_in], unsigned, res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_products],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::input_index_t>::type input_index[CONFIG_T::n_products],
                    const typename raw<typename CONFIG_T::output_index_t>::type output_index[CONFIG_T::n_products]) {
        HLS_PRAGMA(INLINE)
        dense_unrolled_adders<data_T, res_T, CONFIG_T>(window, res, weight, bias, input_index, output_index);
    }
};

} // namespace nnet

#endif
