#ifndef NNET_PRODUCT_SHIFTED_H_
#define NNET_PRODUCT_SHIFTED_H_

#include "product.h"

namespace nnet {

template <unsigned... N> unsigned size_at(sizes<N...>, unsigned index) {
    HLS_PRAGMA(INLINE)
    static const unsigned values[] = {N...};
    return values[index];
}

// Products by multipliers, of mantissas whose binary point is the output's own: the sum of an output is shifted by a
// constant, which is wires, before it meets the bias.
struct product_shifted {
    template <typename CONFIG_T> struct sum {
        typedef typename CONFIG_T::dot_t type;
    };

    template <typename CONFIG_T> static typename CONFIG_T::dot_t start(const typename CONFIG_T::bias_t &) {
        HLS_PRAGMA(INLINE)
        return 0;
    }

    template <typename CONFIG_T, class data_T>
    static void add(typename CONFIG_T::dot_t &sum, const data_T &x,
                    typename raw<typename CONFIG_T::weight_t>::type weight) {
        HLS_PRAGMA(INLINE)
        sum += x * from_raw<typename CONFIG_T::weight_t>(weight);
    }

    template <typename CONFIG_T>
    static typename CONFIG_T::accum_t finish(const typename CONFIG_T::dot_t &sum, const typename CONFIG_T::bias_t &bias,
                                             unsigned output) {
        HLS_PRAGMA(INLINE)
        typedef typename CONFIG_T::dot_t dot_t;
        typedef typename rescaled<dot_t, CONFIG_T::max_shift, fixed_traits<dot_t>::fraction>::type wide_t;
        typename fixed_traits<wide_t>::mantissa shifted = to_raw(sum);
        shifted <<= size_at(typename CONFIG_T::shifts(), output);
        typename CONFIG_T::accum_t result = bias;
        result += from_raw<wide_t>(shifted);
        return result;
    }
};

} // namespace nnet

#endif
