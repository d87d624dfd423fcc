#ifndef NNET_PLATFORM_H_
#define NNET_PLATFORM_H_

// All that the kernels need from a tool: fixed-point types, mantissas, pragmas.

// The open ap_types headers, inlined by an optimizing g++, look uninitialized to it; their own code is not ours to mend.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <ap_fixed.h>
#include <ap_int.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <cstdint>
#include <type_traits>

// A pragma of the synthesis tool. Compilers that simulate would warn about pragmas that they do not know, so only the
// synthesis front end, which defines __SYNTHESIS__, sees them. The arguments are expanded before they become a string.
// Labels name loops in its reports and are as unknown to the others.
#if defined(__SYNTHESIS__) && !defined(NNET_SYNTHESIS)
#define NNET_SYNTHESIS
#endif
#ifdef NNET_SYNTHESIS
#define NNET_PRAGMA_TEXT(...) _Pragma(#__VA_ARGS__)
#define NNET_PRAGMA_EXPAND(...) NNET_PRAGMA_TEXT(HLS __VA_ARGS__)
#define HLS_PRAGMA(...) NNET_PRAGMA_EXPAND(__VA_ARGS__)
#define HLS_LABEL(name) name:
#else
#define HLS_PRAGMA(...)
#define HLS_LABEL(name)
#endif

namespace nnet {

// The width, the binary point and the mantissa of a fixed-point type.
template <class T> struct fixed_traits;

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N> struct fixed_traits<ap_fixed<W, I, Q, O, N> > {
    static const int width = W;
    static const int fraction = W - I;
    typedef ap_int<W> mantissa;
};

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N> struct fixed_traits<ap_ufixed<W, I, Q, O, N> > {
    static const int width = W;
    static const int fraction = W - I;
    typedef ap_uint<W> mantissa;
};

// How constant arrays hold their mantissas: in exactly W bits when synthesized, in plain integers when simulated, so
// that a million of them are data and not constructor calls.
#ifdef NNET_SYNTHESIS
template <int W> struct signed_raw {
    typedef ap_int<W> type;
};
template <int W> struct unsigned_raw {
    typedef ap_uint<W> type;
};
#else
template <int W> struct signed_raw {
    typedef typename std::conditional<
        (W <= 8), std::int8_t,
        typename std::conditional<(W <= 16), std::int16_t,
                                  typename std::conditional<(W <= 32), std::int32_t, std::int64_t>::type>::type>::type
        type;
};
template <int W> struct unsigned_raw {
    typedef typename std::make_unsigned<typename signed_raw<W>::type>::type type;
};
#endif

template <class T> struct raw;

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N> struct raw<ap_fixed<W, I, Q, O, N> > : signed_raw<W> {};

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N> struct raw<ap_ufixed<W, I, Q, O, N> > : unsigned_raw<W> {};

// The number of type T whose bits are the mantissa `value`: wires, no arithmetic.
template <class T, class raw_T> T from_raw(raw_T value) {
    HLS_PRAGMA(INLINE)
    const typename fixed_traits<T>::mantissa bits = value;
    T x;
    x.range(fixed_traits<T>::width - 1, 0) = bits;
    return x;
}

// The bits of a number as its mantissa.
template <class T> typename fixed_traits<T>::mantissa to_raw(const T &x) {
    HLS_PRAGMA(INLINE)
    const typename fixed_traits<T>::mantissa bits = x.range(fixed_traits<T>::width - 1, 0);
    return bits;
}

// A type with the same numbers as ap_(u)fixed<W, I> and at least `width` bits.
template <class T, int WIDTH> struct widened;

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N, int WIDTH> struct widened<ap_fixed<W, I, Q, O, N>, WIDTH> {
    static const int extra = WIDTH > W ? WIDTH - W : 0;
    typedef ap_fixed<W + extra, I + extra> type;
};

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N, int WIDTH> struct widened<ap_ufixed<W, I, Q, O, N>, WIDTH> {
    static const int extra = WIDTH > W ? WIDTH - W : 0;
    typedef ap_ufixed<W + extra, I + extra> type;
};

// x, rounded and limited as res_T says. An assignment looks at the highest dropped bit, and ap_fixed has none where it
// drops more bits than there are; so the number gets leading ones or zeros before.
template <class res_T, class data_T> res_T assign(const data_T &x) {
    HLS_PRAGMA(INLINE)
    static const int dropped = fixed_traits<data_T>::fraction - fixed_traits<res_T>::fraction;
    const typename widened<data_T, dropped + 1>::type wide = x;
    const res_T result = wide;
    return result;
}

// A list of sizes, for kernels with any number of inputs.
template <unsigned... N> struct sizes {};

// The sum of any number of inputs in a type that holds it and loses no fractional bit; partial sums may wrap.
template <class sum_T> sum_T exact_sum() {
    HLS_PRAGMA(INLINE)
    return 0;
}

template <class sum_T, class first_T, class... rest_T> sum_T exact_sum(const first_T &first, const rest_T &...rest) {
    HLS_PRAGMA(INLINE)
    sum_T sum = exact_sum<sum_T>(rest...);
    sum += first;
    return sum;
}

} // namespace nnet

#endif
