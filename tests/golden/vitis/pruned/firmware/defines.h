#ifndef DEFINES_H_
#define DEFINES_H_

#include "nnet/platform.h"

// The result type of each layer.
typedef ap_fixed<8, 3, AP_TRN, AP_WRAP, 0> input_t;
typedef ap_fixed<15, 5, AP_TRN, AP_WRAP, 0> fc1_t;
typedef ap_ufixed<6, 3, AP_RND, AP_SAT, 0> relu1_t;
typedef ap_fixed<13, 5, AP_TRN, AP_WRAP, 0> fc2_t;
typedef fc2_t result_t;

#endif
