// The page of a pool's progress: the learning curve.
import { mountCurve } from "./curve.js";

mountCurve();
