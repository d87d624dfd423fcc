#ifndef NNET_MAXIMUM_H_
#define NNET_MAXIMUM_H_

#include "platform.h"

namespace nnet {

template <class compared_T, class first_T> compared_T largest_of(const first_T &first) {
    HLS_PRAGMA(INLINE)
    return first;
}

template <class compared_T, class first_T, class second_T, class... rest_T>
compared_T largest_of(const first_T &first, const second_T &second, const rest_T &...rest) {
    HLS_PRAGMA(INLINE)
    const compared_T one = first;
    const compared_T other = largest_of<compared_T>(second, rest...);
    return other > one ? other : one;
}

// res[i] = the largest of all data[i]; compared_t holds all of them exactly, res_T the largest.
template <class res_T, typename CONFIG_T, class... data_T>
void maximum(res_T res[CONFIG_T::n_in], const data_T *...data) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        res[i] = largest_of<typename CONFIG_T::compared_t>(data[i]...);
    }
}

} // namespace nnet

#endif
