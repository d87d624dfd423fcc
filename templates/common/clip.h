#ifndef NNET_CLIP_H_
#define NNET_CLIP_H_

#include "platform.h"

namespace nnet {

// res[i] = data[i], not below the first and not above the second limit, rounded and limited as res_T says.
template <class data_T, class res_T, typename CONFIG_T>
void clip(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
          const typename raw<typename CONFIG_T::limits_t>::type limits[2]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=limits)
    HLS_PRAGMA(PIPELINE II=1)
    typedef typename CONFIG_T::limits_t limits_t;
    const limits_t low = from_raw<limits_t>(limits[0]);
    const limits_t high = from_raw<limits_t>(limits[1]);
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        if (data[i] < low)
            res[i] = assign<res_T>(low);
        else if (data[i] > high)
            res[i] = assign<res_T>(high);
        else
            res[i] = assign<res_T>(data[i]);
    }
}

} // namespace nnet

#endif
