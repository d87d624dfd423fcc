#ifndef NNET_STREAM_H_
#define NNET_STREAM_H_

#include "platform.h"

// The tools bring their own streams; ours serve a simulation without them. A compiler that cannot tell belongs to an
// old release of the tools.
#ifdef __SYNTHESIS__
#include <hls_stream.h>
#elif defined(__has_include)
#if __has_include(<hls_stream.h>)
#include <hls_stream.h>
#else
#include "hls_stream.h"
#endif
#else
#include <hls_stream.h>
#endif

// One word of a stream is all elements of a packet. Newer tools pack them without being told.
#ifdef __VITIS_HLS__
#define NNET_PACKED(packet)
#else
#define NNET_PACKED(packet) HLS_PRAGMA(DATA_PACK variable=packet)
#endif

namespace nnet {

// A packet: N elements that travel in the same clock.
template <class T, unsigned N> struct array {
    typedef T value_type;
    static const unsigned size = N;

    T data[N];

    T &operator[](unsigned i) { return data[i]; }
    const T &operator[](unsigned i) const { return data[i]; }
};

// The next packets of a stream, one after the other in x.
template <unsigned PACKETS, class T, unsigned N> void read_stream(hls::stream<array<T, N> > &stream, T x[PACKETS * N]) {
    HLS_PRAGMA(INLINE)
    HLS_LABEL(Read)
    for (unsigned packet = 0; packet < PACKETS; packet++) {
        HLS_PRAGMA(PIPELINE II=1)
        const array<T, N> elements = stream.read();
        NNET_PACKED(elements)
        for (unsigned i = 0; i < N; i++) {
            HLS_PRAGMA(UNROLL)
            x[packet * N + i] = elements[i];
        }
    }
}

// The elements of x as packets, in their order.
template <unsigned PACKETS, class T, unsigned N>
void write_stream(const T x[PACKETS * N], hls::stream<array<T, N> > &stream) {
    HLS_PRAGMA(INLINE)
    HLS_LABEL(Write)
    for (unsigned packet = 0; packet < PACKETS; packet++) {
        HLS_PRAGMA(PIPELINE II=1)
        array<T, N> elements;
        NNET_PACKED(elements)
        for (unsigned i = 0; i < N; i++) {
            HLS_PRAGMA(UNROLL)
            elements[i] = x[packet * N + i];
        }
        stream.write(elements);
    }
}

template <class packet_T> void write_packet(const packet_T &) {
    HLS_PRAGMA(INLINE)
}

template <class packet_T, class... streams_T>
void write_packet(const packet_T &packet, hls::stream<packet_T> &first, streams_T &...rest) {
    HLS_PRAGMA(INLINE)
    first.write(packet);
    write_packet(packet, rest...);
}

// The same packets for several readers: a stream has one.
template <unsigned PACKETS, class packet_T, class... streams_T>
void clone_stream(hls::stream<packet_T> &data, streams_T &...res) {
    HLS_LABEL(Clone)
    for (unsigned i = 0; i < PACKETS; i++) {
        HLS_PRAGMA(PIPELINE II=1)
        const packet_T packet = data.read();
        NNET_PACKED(packet)
        write_packet(packet, res...);
    }
}

} // namespace nnet

#endif
