#ifndef NNET_MULTIPLY_H_
#define NNET_MULTIPLY_H_

#include "platform.h"

namespace nnet {

template <class mantissa_T> mantissa_T mantissa_product() {
    HLS_PRAGMA(INLINE)
    return 1;
}

// The low bits of the product of the mantissas: as many as the whole product has, so partial products may wrap.
template <class mantissa_T, class first_T, class... rest_T>
mantissa_T mantissa_product(const first_T &first, const rest_T &...rest) {
    HLS_PRAGMA(INLINE)
    const mantissa_T product = to_raw(first) * mantissa_product<mantissa_T>(rest...);
    return product;
}

// res[i] = the exact product of all data[i], then rounded and limited as res_T says.
template <class res_T, typename CONFIG_T, class... data_T>
void multiply(res_T res[CONFIG_T::n_in], const data_T *...data) {
    HLS_PRAGMA(PIPELINE II=1)
    typedef typename CONFIG_T::product_t product_t;
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        const typename fixed_traits<product_t>::mantissa product =
            mantissa_product<typename fixed_traits<product_t>::mantissa>(data[i]...);
        res[i] = assign<res_T>(from_raw<product_t>(product));
    }
}

} // namespace nnet

#endif
