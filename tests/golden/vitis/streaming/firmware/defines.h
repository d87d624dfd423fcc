#ifndef DEFINES_H_
#define DEFINES_H_

#include "nnet/platform.h"
#include "nnet/stream.h"

// The result type of each layer.
typedef ap_fixed<8, 3, AP_TRN, AP_WRAP, 0> input_t;
typedef ap_fixed<5, 2, AP_RND_CONV, AP_SAT, 0> sharp_t;
typedef ap_fixed<8, 3, AP_TRN, AP_WRAP, 0> both_t;
typedef ap_ufixed<3, 3, AP_TRN, AP_WRAP, 0> best_t;
typedef ap_fixed<5, 2, AP_RND_CONV, AP_SAT, 0> flat_t;
typedef ap_ufixed<6, 3, AP_RND, AP_SAT, 0> relu_t;
typedef ap_fixed<11, 5, AP_TRN, AP_WRAP, 0> fc1_t;
typedef ap_fixed<10, 6, AP_TRN, AP_WRAP, 0> skip_t;
typedef ap_fixed<15, 8, AP_TRN, AP_WRAP, 0> fc2_t;
typedef ap_ufixed<8, 0, AP_RND, AP_SAT, 0> classes_t;

#endif
