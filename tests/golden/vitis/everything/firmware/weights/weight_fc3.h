#ifndef WEIGHTS_WEIGHT_FC3_H_
#define WEIGHTS_WEIGHT_FC3_H_

#include "../nnet/platform.h"

// 16 mantissas of fixed<6,1>, 0 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type weight_fc3[16] = {
-12, 2, -16, -8, -31, 6, 28, -19, -16, -20, 25, -15, -5, 10, -31, 15,
};

#endif
