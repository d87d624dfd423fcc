#ifndef NNET_HARD_SIGMOID_H_
#define NNET_HARD_SIGMOID_H_

#include "platform.h"

namespace nnet {

// res[i] = slope * data[i] + 1/2, exact and not outside 0 to 1, rounded and limited as res_T says.
template <class data_T, class res_T, typename CONFIG_T>
void hard_sigmoid(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
                  const typename raw<typename CONFIG_T::slope_t>::type slope[1]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=slope)
    HLS_PRAGMA(PIPELINE II=1)
    typedef typename CONFIG_T::slope_t slope_t;
    typedef typename CONFIG_T::line_t line_t;
    const slope_t factor = from_raw<slope_t>(slope[0]);
    const ap_ufixed<1, 0> half = from_raw<ap_ufixed<1, 0> >(1);
    const ap_ufixed<1, 1> one = 1;
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        const line_t line = data[i] * factor + half;
        if (line < 0)
            res[i] = 0;
        else if (line > one)
            res[i] = assign<res_T>(one);
        else
            res[i] = assign<res_T>(line);
    }
}

} // namespace nnet

#endif
