#ifndef NNET_LEAKY_RELU_H_
#define NNET_LEAKY_RELU_H_

#include "platform.h"

namespace nnet {

// res[i] = data[i] above zero, else its exact product with its channel's slope, rounded and limited as res_T says.
template <class data_T, class res_T, typename CONFIG_T>
void leaky_relu(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
                const typename raw<typename CONFIG_T::slope_t>::type slope[CONFIG_T::n_slopes]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=slope)
    HLS_PRAGMA(PIPELINE II=1)
    typedef typename CONFIG_T::slope_t slope_t;
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        if (data[i] > 0) {
            res[i] = assign<res_T>(data[i]);
        } else {
            const typename CONFIG_T::product_t product = data[i] * from_raw<slope_t>(slope[i % CONFIG_T::n_slopes]);
            res[i] = assign<res_T>(product);
        }
    }
}

} // namespace nnet

#endif
