#ifndef NNET_DENSE_UNROLLED_H_
#define NNET_DENSE_UNROLLED_H_

#include "platform.h"

namespace nnet {

// Only products with a nonzero weight exist. They are listed as coordinates: product k is that of data[input_index[k]]
// and weight[k] and belongs to output output_index[k]. Unrolled, all three are constants, so the lists become wires.
// CONFIG_T::product forms them.
template <class data_T, class res_T, typename CONFIG_T>
void dense_unrolled_sums(const data_T data[CONFIG_T::groups * CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                         const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_products],
                         const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out],
                         const typename raw<typename CONFIG_T::input_index_t>::type input_index[CONFIG_T::n_products],
                         const typename raw<typename CONFIG_T::output_index_t>::type output_index[CONFIG_T::n_products]) {
    HLS_PRAGMA(INLINE)
    typedef typename CONFIG_T::product product;

    typename product::template sum<CONFIG_T>::type acc[CONFIG_T::n_out];
    HLS_PRAGMA(ARRAY_PARTITION variable=acc complete)

    HLS_LABEL(Start)
    for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
        HLS_PRAGMA(UNROLL)
        acc[j] = product::template start<CONFIG_T>(from_raw<typename CONFIG_T::bias_t>(bias[j]));
    }
    HLS_LABEL(Products)
    for (unsigned k = 0; k < CONFIG_T::n_products; k++) {
        HLS_PRAGMA(UNROLL)
        const unsigned i = input_index[k];
        const unsigned j = output_index[k];
        product::template add<CONFIG_T>(acc[j], data[i], weight[k]);
    }
    HLS_LABEL(Result)
    for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
        HLS_PRAGMA(UNROLL)
        res[j] = product::template finish<CONFIG_T>(acc[j], from_raw<typename CONFIG_T::bias_t>(bias[j]), j);
    }
}

// res[j] = bias[j] + the products of row j, with as many multipliers as the limit says.
template <class data_T, class res_T, typename CONFIG_T>
void dense_unrolled(const data_T data[CONFIG_T::groups * CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
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
    HLS_PRAGMA(ALLOCATION operation instances=mul limit=CONFIG_T::multiplier_limit)
    dense_unrolled_sums<data_T, res_T, CONFIG_T>(data, res, weight, bias, input_index, output_index);
}

// The same as the kernel of a window.
struct dense_unrolled_kernel {
    template <class data_T, class res_T, typename CONFIG_T>
    static void run(const data_T window[CONFIG_T::groups * CONFIG_T::n_in], unsigned, res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_products],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::input_index_t>::type input_index[CONFIG_T::n_products],
                    const typename raw<typename CONFIG_T::output_index_t>::type output_index[CONFIG_T::n_products]) {
        HLS_PRAGMA(INLINE)
        dense_unrolled<data_T, res_T, CONFIG_T>(window, res, weight, bias, input_index, output_index);
    }
};

} // namespace nnet

#endif
