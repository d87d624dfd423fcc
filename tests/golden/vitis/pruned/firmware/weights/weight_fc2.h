#ifndef WEIGHTS_WEIGHT_FC2_H_
#define WEIGHTS_WEIGHT_FC2_H_

#include "../nnet/platform.h"

// 7 mantissas of fixed<6,1>, 0 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type weight_fc2[7] = {
29, -21, 25, -17, 10, 20, -11,
};

#endif
