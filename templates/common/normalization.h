#ifndef NNET_NORMALIZATION_H_
#define NNET_NORMALIZATION_H_

#include "platform.h"

namespace nnet {

// 1 / sqrt(m) for m in [1, 4) with mantissa_fraction fractional bits. The table is good to 2^-11; for finer results one
// Newton step, r * (3 - m * r^2) / 2, truncated, follows.
template <typename CONFIG_T, bool NEWTON> struct reciprocal_root {
    static ap_uint<CONFIG_T::root_fraction + 1> refine(ap_uint<CONFIG_T::mantissa_fraction + 2> m,
                                                       ap_uint<CONFIG_T::table_fraction + 1> entry) {
        HLS_PRAGMA(INLINE)
        static const int square_fraction = 2 * CONFIG_T::table_fraction;
        const ap_uint<square_fraction + 2> square = entry * entry;
        const ap_uint<CONFIG_T::mantissa_fraction + square_fraction + 4> product = m * square;
        const ap_uint<square_fraction + 2> scaled = product >> CONFIG_T::mantissa_fraction;
        ap_uint<square_fraction + 2> correction = 3;
        correction <<= square_fraction;
        correction -= scaled;
        const ap_uint<square_fraction + CONFIG_T::table_fraction + 3> root = entry * correction;
        return root >> (square_fraction + CONFIG_T::table_fraction + 1 - CONFIG_T::root_fraction);
    }
};

template <typename CONFIG_T> struct reciprocal_root<CONFIG_T, false> {
    static ap_uint<CONFIG_T::root_fraction + 1> refine(ap_uint<CONFIG_T::mantissa_fraction + 2>,
                                                       ap_uint<CONFIG_T::table_fraction + 1> entry) {
        HLS_PRAGMA(INLINE)
        return entry;
    }
};

// A row of n_in elements over the root of its variance, or of its mean square, in integers: n^2 times that and n^2 times
// epsilon are exact; their sum is shifted until its leading bit is in one place; the bits behind it index a table of
// reciprocal roots; the product is rounded once, as norm_t says.
template <class data_T, typename CONFIG_T>
void normalize_row(const data_T x[CONFIG_T::n_in], typename CONFIG_T::norm_t normalized[CONFIG_T::n_in],
                   const typename raw<typename CONFIG_T::rsqrt_table_t>::type rsqrt_table[CONFIG_T::table_entries]) {
    HLS_PRAGMA(INLINE)
    // Where the leading bit goes: enough places below it for the mantissa.
    static const int place =
        CONFIG_T::top > CONFIG_T::mantissa_fraction ? CONFIG_T::top : CONFIG_T::mantissa_fraction;
    static const int index_bits = 9;
    typedef typename CONFIG_T::product_t product_t;

    ap_int<CONFIG_T::deviation_bits> deviation[CONFIG_T::n_in];
    HLS_PRAGMA(ARRAY_PARTITION variable=deviation complete)
    ap_int<CONFIG_T::deviation_bits> sum = 0;
    ap_uint<place + 1> total = 0;
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        const ap_int<fixed_traits<data_T>::width + 1> element = to_raw(x[i]);
        deviation[i] = element * CONFIG_T::n_in;
        total += element * element;
        if (CONFIG_T::centered)
            sum += element;
    }
    total *= CONFIG_T::n_in;
    total -= sum * sum;
    total <<= CONFIG_T::variance_shift;
    ap_uint<place + 1> epsilon = CONFIG_T::n_in;
    epsilon *= CONFIG_T::n_in;
    epsilon <<= CONFIG_T::epsilon_shift;
    total += epsilon;

    // Epsilon is not zero, so max_shift is reached at most.
    total <<= place - CONFIG_T::top;
    unsigned leading = CONFIG_T::top;
    for (unsigned bit = 0; bit < CONFIG_T::max_shift; bit++) {
        HLS_PRAGMA(UNROLL)
        if (total[place] == 0) {
            total <<= 1;
            leading--;
        }
    }
    const bool odd = (leading & 1) != 0;
    ap_uint<index_bits + 1> index = ap_uint<index_bits>(total >> (place - index_bits));
    index[index_bits] = odd;
    ap_uint<CONFIG_T::mantissa_fraction + 2> mantissa = total >> (place - CONFIG_T::mantissa_fraction);
    if (odd)
        mantissa <<= 1;
    const ap_uint<CONFIG_T::table_fraction + 1> entry = rsqrt_table[static_cast<unsigned>(index)];
    const ap_uint<CONFIG_T::root_fraction + 1> root =
        reciprocal_root<CONFIG_T, (CONFIG_T::newton != 0)>::refine(mantissa, entry);

    const unsigned shift = CONFIG_T::top / 2 - leading / 2;
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        const ap_int<CONFIG_T::deviation_bits> distance = deviation[i] - sum;
        ap_int<fixed_traits<product_t>::width> product = distance * root;
        product <<= shift;
        normalized[i] = assign<typename CONFIG_T::norm_t>(from_raw<product_t>(product));
    }
}

// Each row normalized, times gamma, plus beta; exact, then rounded once, as res_T says.
template <class data_T, class res_T, typename CONFIG_T>
void normalization(const data_T data[CONFIG_T::n_outer * CONFIG_T::n_in],
                   res_T res[CONFIG_T::n_outer * CONFIG_T::n_in],
                   const typename raw<typename CONFIG_T::rsqrt_table_t>::type rsqrt_table[CONFIG_T::table_entries],
                   const typename raw<typename CONFIG_T::gamma_t>::type gamma[CONFIG_T::n_in],
                   const typename raw<typename CONFIG_T::beta_t>::type beta[CONFIG_T::n_in]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=rsqrt_table,gamma,beta)
    HLS_PRAGMA(PIPELINE II=1)
    HLS_PRAGMA(ARRAY_PARTITION variable=gamma complete)
    HLS_PRAGMA(ARRAY_PARTITION variable=beta complete)
    for (unsigned row = 0; row < CONFIG_T::n_outer; row++) {
        HLS_PRAGMA(UNROLL)
        typename CONFIG_T::norm_t normalized[CONFIG_T::n_in];
        HLS_PRAGMA(ARRAY_PARTITION variable=normalized complete)
        normalize_row<data_T, CONFIG_T>(data + row * CONFIG_T::n_in, normalized, rsqrt_table);
        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            const typename CONFIG_T::sum_t sum = normalized[i] * from_raw<typename CONFIG_T::gamma_t>(gamma[i]) +
                                                 from_raw<typename CONFIG_T::beta_t>(beta[i]);
            res[row * CONFIG_T::n_in + i] = assign<res_T>(sum);
        }
    }
}

// The same without a shift.
template <class data_T, class res_T, typename CONFIG_T>
void normalization(const data_T data[CONFIG_T::n_outer * CONFIG_T::n_in],
                   res_T res[CONFIG_T::n_outer * CONFIG_T::n_in],
                   const typename raw<typename CONFIG_T::rsqrt_table_t>::type rsqrt_table[CONFIG_T::table_entries],
                   const typename raw<typename CONFIG_T::gamma_t>::type gamma[CONFIG_T::n_in]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=rsqrt_table,gamma)
    HLS_PRAGMA(PIPELINE II=1)
    HLS_PRAGMA(ARRAY_PARTITION variable=gamma complete)
    for (unsigned row = 0; row < CONFIG_T::n_outer; row++) {
        HLS_PRAGMA(UNROLL)
        typename CONFIG_T::norm_t normalized[CONFIG_T::n_in];
        HLS_PRAGMA(ARRAY_PARTITION variable=normalized complete)
        normalize_row<data_T, CONFIG_T>(data + row * CONFIG_T::n_in, normalized, rsqrt_table);
        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            const typename CONFIG_T::sum_t sum = normalized[i] * from_raw<typename CONFIG_T::gamma_t>(gamma[i]);
            res[row * CONFIG_T::n_in + i] = assign<res_T>(sum);
        }
    }
}

} // namespace nnet

#endif
