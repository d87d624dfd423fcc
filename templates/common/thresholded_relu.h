#ifndef NNET_THRESHOLDED_RELU_H_
#define NNET_THRESHOLDED_RELU_H_

#include "platform.h"

namespace nnet {

// res[i] = data[i] above the threshold, else zero, rounded and limited as res_T says.
template <class data_T, class res_T, typename CONFIG_T>
void thresholded_relu(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
                      const typename raw<typename CONFIG_T::threshold_t>::type threshold[1]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=threshold)
    HLS_PRAGMA(PIPELINE II=1)
    typedef typename CONFIG_T::threshold_t threshold_t;
    const threshold_t largest_zero = from_raw<threshold_t>(threshold[0]);
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        if (data[i] > largest_zero)
            res[i] = assign<res_T>(data[i]);
        else
            res[i] = 0;
    }
}

} // namespace nnet

#endif
