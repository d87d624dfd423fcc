#ifndef NNET_TABLE_H_
#define NNET_TABLE_H_

#include "platform.h"

namespace nnet {

// res[i] = the entry at the bits of data[i] after an assignment to index_t, which changes nothing where that is the
// data's own type.
template <class data_T, class res_T, typename CONFIG_T>
void table(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
           const typename raw<typename CONFIG_T::table_t>::type entries[CONFIG_T::n_entries]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=entries)
    HLS_PRAGMA(PIPELINE II=1)
    typedef typename CONFIG_T::index_t index_t;
    static const int width = fixed_traits<index_t>::width;
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        const index_t index = assign<index_t>(data[i]);
        const ap_uint<width> address = index.range(width - 1, 0);
        res[i] = from_raw<res_T>(entries[static_cast<unsigned>(address)]);
    }
}

} // namespace nnet

#endif
