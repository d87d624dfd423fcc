#ifndef NNET_HLS_STREAM_H_
#define NNET_HLS_STREAM_H_

// hls::stream for C simulation where the tools' own header is not at hand: a queue without a limit. What would block or
// get lost in hardware ends the simulation: a read of an empty stream, and elements left in a stream at its end.

#include <cstddef>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <string>

namespace hls {

template <class T, int DEPTH = 0> class stream {
  public:
    explicit stream(const char *name = "stream without a name") : title(name), deepest(0) {}
    explicit stream(const std::string &name) : title(name), deepest(0) {}

    ~stream() {
        if (!elements.empty())
            fail("still holds elements at its end");
    }

    void write(const T &element) {
        elements.push_back(element);
        if (elements.size() > deepest)
            deepest = elements.size();
    }

    T read() {
        if (elements.empty())
            fail("is read while it is empty");
        const T element = elements.front();
        elements.pop_front();
        return element;
    }

    void read(T &element) { element = read(); }

    // Without blocking: whether there was an element, and room for one.
    bool read_nb(T &element) {
        if (elements.empty())
            return false;
        element = read();
        return true;
    }

    bool write_nb(const T &element) {
        write(element);
        return true;
    }

    void operator>>(T &element) { element = read(); }
    void operator<<(const T &element) { write(element); }

    bool empty() const { return elements.empty(); }
    bool full() const { return false; }
    std::size_t size() const { return elements.size(); }

    // The most elements that the stream has held: the depth of a FIFO that never blocks this simulation's writer.
    std::size_t depth() const { return deepest; }

    const std::string &name() const { return title; }

  private:
    stream(const stream &);
    stream &operator=(const stream &);

    void fail(const char *what) const {
        std::cout.flush();
        std::cerr << "error: the stream " << title << ' ' << what << std::endl;
        std::exit(3);
    }

    std::deque<T> elements;
    std::string title;
    std::size_t deepest;
};

} // namespace hls

#endif
