#ifndef NNET_COPY_H_
#define NNET_COPY_H_

#include "platform.h"

namespace nnet {

template <class T> void copy_element(const T &) {
    HLS_PRAGMA(INLINE)
}

template <class T, class... rest_T> void copy_element(const T &value, T &first, rest_T &...rest) {
    HLS_PRAGMA(INLINE)
    first = value;
    copy_element(value, rest...);
}

// The same N elements for several readers: a port cannot be read back, and a process of a dataflow region has one
// reader.
template <unsigned N, class T, class... res_T> void copy(const T *data, res_T *...res) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned i = 0; i < N; i++) {
        HLS_PRAGMA(UNROLL)
        copy_element(data[i], res[i]...);
    }
}

} // namespace nnet

#endif
