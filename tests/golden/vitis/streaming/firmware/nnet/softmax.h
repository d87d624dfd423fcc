#ifndef NNET_SOFTMAX_H_
#define NNET_SOFTMAX_H_

#include "platform.h"

namespace nnet {

// The reciprocal of a number in [1, 2) with sum_fraction fractional bits. The table is good to 2^-11; for finer
// results one Newton step, r * (2 - s * r), truncated, follows.
template <typename CONFIG_T, bool NEWTON> struct softmax_reciprocal {
    static ap_uint<CONFIG_T::reciprocal_fraction + 1> refine(ap_uint<CONFIG_T::sum_fraction + 1> sum,
                                                             ap_uint<CONFIG_T::table_fraction + 1> entry) {
        HLS_PRAGMA(INLINE)
        ap_uint<CONFIG_T::sum_fraction + CONFIG_T::table_fraction + 2> error = 2;
        error <<= CONFIG_T::sum_fraction + CONFIG_T::table_fraction;
        error -= sum * entry;
        const ap_uint<CONFIG_T::sum_fraction + 2 * CONFIG_T::table_fraction + 3> product = entry * error;
        return product >> (CONFIG_T::sum_fraction + 2 * CONFIG_T::table_fraction - CONFIG_T::reciprocal_fraction);
    }
};

template <typename CONFIG_T> struct softmax_reciprocal<CONFIG_T, false> {
    static ap_uint<CONFIG_T::reciprocal_fraction + 1> refine(ap_uint<CONFIG_T::sum_fraction + 1>,
                                                             ap_uint<CONFIG_T::table_fraction + 1> entry) {
        HLS_PRAGMA(INLINE)
        return entry;
    }
};

// The exponentials of a row and their sum: of the distance to the maximum, or, without a search for it, of the element
// itself. Either one indexes the table by its bits.
template <typename CONFIG_T, bool STABLE> struct softmax_exponentials {
    template <class data_T>
    static ap_uint<CONFIG_T::sum_fraction + 1>
    look_up(const data_T x[CONFIG_T::n_in], ap_uint<fixed_traits<typename CONFIG_T::exp_table_t>::width> *exponential,
            const typename raw<typename CONFIG_T::exp_table_t>::type exp_table[CONFIG_T::exp_entries]) {
        HLS_PRAGMA(INLINE)
        data_T largest = x[0];
        for (unsigned i = 1; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            if (x[i] > largest)
                largest = x[i];
        }

        // One bit more for an exact difference; the maximum keeps it from being negative.
        static const int difference_width = fixed_traits<data_T>::width + 1;
        typedef ap_fixed<difference_width, difference_width - fixed_traits<data_T>::fraction> difference_t;
        ap_uint<CONFIG_T::sum_fraction + 1> sum = 0;
        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            const difference_t difference = largest - x[i];
            const unsigned index = to_raw(assign<typename CONFIG_T::diff_t>(difference));
            exponential[i] = exp_table[index];
            sum += exponential[i];
        }
        return sum;
    }
};

template <typename CONFIG_T> struct softmax_exponentials<CONFIG_T, false> {
    template <class data_T>
    static ap_uint<CONFIG_T::sum_fraction + 1>
    look_up(const data_T x[CONFIG_T::n_in], ap_uint<fixed_traits<typename CONFIG_T::exp_table_t>::width> *exponential,
            const typename raw<typename CONFIG_T::exp_table_t>::type exp_table[CONFIG_T::exp_entries]) {
        HLS_PRAGMA(INLINE)
        ap_uint<CONFIG_T::sum_fraction + 1> sum = 0;
        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            const ap_uint<fixed_traits<typename CONFIG_T::diff_t>::width> index =
                to_raw(assign<typename CONFIG_T::diff_t>(x[i]));
            exponential[i] = exp_table[static_cast<unsigned>(index)];
            sum += exponential[i];
        }
        return sum;
    }
};

// exp(data[i]) / sum over j of exp(data[j]) of each row of n_in elements, in integers: a table gives the exponentials;
// their exact sum is shifted until its leading bit is in one place; the bits behind it index a table of reciprocals; the
// product is rounded once, as res_T says. Neighbours in a row are n_inner elements apart.
template <class data_T, class res_T, typename CONFIG_T>
void softmax(const data_T data[CONFIG_T::n_outer * CONFIG_T::n_in * CONFIG_T::n_inner],
             res_T res[CONFIG_T::n_outer * CONFIG_T::n_in * CONFIG_T::n_inner],
             const typename raw<typename CONFIG_T::exp_table_t>::type exp_table[CONFIG_T::exp_entries],
             const typename raw<typename CONFIG_T::reciprocal_table_t>::type
                 reciprocal_table[CONFIG_T::reciprocal_entries]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=exp_table,reciprocal_table)
    HLS_PRAGMA(PIPELINE II=1)

    static const int exp_width = fixed_traits<typename CONFIG_T::exp_table_t>::width;
    // No exponential is larger than the sum, so no product is wider than the sum's.
    static const int product_width = CONFIG_T::sum_fraction + CONFIG_T::reciprocal_fraction + 2;
    static const int product_fraction = CONFIG_T::sum_fraction + CONFIG_T::reciprocal_fraction;
    typedef ap_ufixed<product_width, product_width - product_fraction> product_t;

    for (unsigned row = 0; row < CONFIG_T::n_outer * CONFIG_T::n_inner; row++) {
        HLS_PRAGMA(UNROLL)
        const unsigned start = row / CONFIG_T::n_inner * CONFIG_T::n_in * CONFIG_T::n_inner + row % CONFIG_T::n_inner;
        data_T x[CONFIG_T::n_in];
        HLS_PRAGMA(ARRAY_PARTITION variable=x complete)
        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            x[i] = data[start + i * CONFIG_T::n_inner];
        }
        ap_uint<exp_width> exponential[CONFIG_T::n_in];
        HLS_PRAGMA(ARRAY_PARTITION variable=exponential complete)
        ap_uint<CONFIG_T::sum_fraction + 1> sum =
            softmax_exponentials<CONFIG_T, (CONFIG_T::stable != 0)>::look_up(x, exponential, exp_table);

        // A sum of zero stays zero, and so do the products.
        unsigned shift = 0;
        for (unsigned bit = 0; bit < CONFIG_T::max_shift; bit++) {
            HLS_PRAGMA(UNROLL)
            if (sum[CONFIG_T::sum_fraction] == 0) {
                sum <<= 1;
                shift++;
            }
        }
        const ap_uint<CONFIG_T::index_bits> index = sum >> (CONFIG_T::sum_fraction - CONFIG_T::index_bits);
        const ap_uint<CONFIG_T::table_fraction + 1> entry = reciprocal_table[static_cast<unsigned>(index)];
        const ap_uint<CONFIG_T::reciprocal_fraction + 1> reciprocal =
            softmax_reciprocal<CONFIG_T, (CONFIG_T::newton != 0)>::refine(sum, entry);

        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            ap_uint<product_width> product = exponential[i] * reciprocal;
            product <<= shift;
            res[start + i * CONFIG_T::n_inner] = assign<res_T>(from_raw<product_t>(product));
        }
    }
}

} // namespace nnet

#endif
